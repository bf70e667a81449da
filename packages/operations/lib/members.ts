import { UnavailableError } from '@flaghoist/core/errors';
import { firstNames } from '@flaghoist/core/first-names';
import type { MemberState, Service, Topology } from '@flaghoist/core/topology';
import type { Transition } from '@flaghoist/core/topology-change';
import { authorise, type Caller } from './authorise.ts';
import { RefusedError } from './errors.ts';
import type { MembershipPorts } from './ports.ts';
import { type Published, publishAs } from './publish-topology.ts';
import { obstaclesOf, requestLoads } from './readiness.ts';

type Member = Pick<Transition, 'what' | 'name'>;

const LIST = { service: 'services', region: 'regions' } as const;
const POLL_MS = 1_000;
/** How long a member may take to be ready before whoever brings it in is told what keeps it. It stays joining. */
const PATIENCE_MS = 60 * 60_000;

const stateOf = ({ what, name }: Member, topology: Topology): MemberState | undefined =>
  topology[LIST[what]].find((member) => member.name === name)?.state;

const withState = ({ what, name }: Member, state: MemberState, topology: Topology): Topology => ({
  ...topology,
  version: topology.version + 1,
  [LIST[what]]: topology[LIST[what]].map((member) => (member.name === name ? { ...member, state } : member)),
});

/**
 * Brings a service in (rule 8): joining, so that it is subscribed; loaded; and serving once a pass of the reconciler found no
 * difference in any region. Asked again it goes on where it stands. It is expected from the next accepted change on.
 *
 * @throws NotAllowedError; RefusedError also where there is one of that name with something else; UnavailableError when something keeps it from serving for an hour: it stays joining
 */
export const joinService = async (
  service: Omit<Service, 'state'>,
  caller: Caller,
  ports: MembershipPorts,
): Promise<Published> => {
  // First of all: who may not bring anything in is not told what is there.
  authorise(caller, 'publish-topology', ports);
  const { services } = await ports.topology.latest();
  const there = services.find(({ name }) => name === service.name);
  if (there !== undefined && (there.cell !== service.cell || there.owner !== service.owner))
    throw new RefusedError(
      `joining ${service.name} in ${service.cell}, owned by ${service.owner}`,
      [`it is there in ${there.cell}, owned by ${there.owner}`],
      'Name what is there; to change it, publish a topology, or remove the service once it has drained.',
    );
  return join({ what: 'service', name: service.name }, caller, ports, (latest) => ({
    ...latest,
    version: latest.version + 1,
    services: [...latest.services, { ...service, state: 'joining' }],
  }));
};

/** Brings a region in: the same, for the caches of all its services, once its replica has what home has. */
export const joinRegion = (name: string, caller: Caller, ports: MembershipPorts): Promise<Published> =>
  join({ what: 'region', name }, caller, ports, (latest) => ({
    ...latest,
    version: latest.version + 1,
    regions: [...latest.regions, { name, state: 'joining' }],
  }));

const join = async (
  member: Member,
  caller: Caller,
  ports: MembershipPorts,
  withNewcomer: (latest: Topology) => Topology,
): Promise<Published> => {
  const actor = authorise(caller, 'publish-topology', ports);
  const latest = await ports.topology.latest();
  const state = stateOf(member, latest);
  if (state === 'serving') return { topology: latest, transitions: [], warnings: [] };
  if (state === undefined) await publishAs(actor, withNewcomer(latest), ports);
  else if (state === 'draining') await publishAs(actor, withState(member, 'joining', latest), ports);
  await ready(member, ports);
  return publishAs(actor, withState(member, 'serving', await ports.topology.latest()), ports);
};

/** Asks for the loads, and waits until nothing is in the way. */
const ready = async (member: Member, ports: MembershipPorts): Promise<void> => {
  const { topology, clock } = ports;
  const until = clock.now() + PATIENCE_MS;
  await requestLoads(member, await topology.latest(), ports);
  for (;;) {
    const obstacles = await obstaclesOf(member, await topology.latest(), ports);
    if (obstacles.length === 0) return;
    if (clock.now() >= until) {
      throw new UnavailableError(
        `${member.what} ${member.name} as a serving one`,
        `It stays joining (${obstacles.slice(0, 3).join('; ')}). Mend that and let it join again.`,
      );
    }
    await clock.sleep(POLL_MS);
  }
};

/** Takes a service or region out of what is expected, at once: changes that are on their way no longer wait for it. */
export const drain = async (member: Member, caller: Caller, ports: MembershipPorts): Promise<Published> => {
  const actor = authorise(caller, 'drain', ports);
  const latest = await ports.topology.latest();
  const state = stateOf(member, latest);
  if (state === 'draining') return { topology: latest, transitions: [], warnings: [] };
  if (state === undefined) throw unknown(member, 'drain', latest);
  const { region } = await ports.home.home();
  if (
    member.what === 'region' &&
    (member.name === region || member.name === latest.home || member.name === latest.standby)
  ) {
    throw new RefusedError(
      `draining ${member.name}`,
      ['it is home or standby'],
      'Make another region home, and publish a topology that names others as home and standby.',
    );
  }
  return publishAs(actor, withState(member, 'draining', latest), ports);
};

/** Removes what drains from the topology. What it holds is destroyed elsewhere, and afterwards. */
export const remove = async (member: Member, caller: Caller, ports: MembershipPorts): Promise<Published> => {
  const actor = authorise(caller, 'publish-topology', ports);
  const latest = await ports.topology.latest();
  if (stateOf(member, latest) === undefined) throw unknown(member, 'remove', latest);
  const left = {
    ...latest,
    version: latest.version + 1,
    [LIST[member.what]]: latest[LIST[member.what]].filter(({ name }) => name !== member.name),
  };
  return publishAs(actor, left, ports);
};

/** How many a refusal names: all regions that there are likely to be, and enough services to see what names are like. */
const NAMED = 12;

const unknown = ({ what, name }: Member, verb: string, latest: Topology): RefusedError => {
  const names = latest[LIST[what]].map((each) => each.name);
  return new RefusedError(
    `${verb} ${name}`,
    [`there is no ${what} ${name}`],
    `Name one of the newest topology: ${firstNames(names, NAMED)}.`,
  );
};
