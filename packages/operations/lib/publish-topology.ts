import { UnavailableError } from '@flaghoist/core/errors';
import { parseTopology, type Topology } from '@flaghoist/core/topology';
import { problemsOf, type Transition, transitionsOf } from '@flaghoist/core/topology-change';
import { authorise, type Caller } from './authorise.ts';
import { RefusedError } from './errors.ts';
import { mixedBucketings } from './mixed-bucketings.ts';
import type { MembershipPorts } from './ports.ts';
import { obstaclesOf } from './readiness.ts';

const HINT = 'Read the newest topology and edit that: members join, serve, drain and go one step at a time.';
const POLL_MS = 500;
/** How long a version may take to every replica before whoever publishes is told who lacks it. */
const PATIENCE_MS = 10 * 60_000;

export interface Published {
  readonly topology: Topology;
  /** What it changed; nothing for the first one. */
  readonly transitions: readonly Transition[];
  /** What was not as it should be before already, and is no reason to refuse this version. */
  readonly warnings: readonly string[];
}

/**
 * Publishes a version of the topology, and waits until every region's replica has it. Asked for a version that is there
 * already with the same content, it only waits. The first version of all makes its home the home of epoch 1.
 *
 * @throws NotAllowedError, RefusedError; UnavailableError when a replica lacks it after ten minutes, though it is published
 */
export const publishTopology = async (wanted: Topology, caller: Caller, ports: MembershipPorts): Promise<Published> => {
  const actor = authorise(caller, 'publish-topology', ports);
  return publishAs(actor, wanted, ports);
};

/** The same for who was found to be allowed. */
export const publishAs = async (actor: string, wanted: Topology, ports: MembershipPorts): Promise<Published> => {
  const { topology: versions, clock, log } = ports;
  const topology = parseTopology(JSON.stringify(wanted));
  const before = await versions.newest();
  if (before !== undefined && isSame(before, topology)) {
    await everywhere(topology, ports);
    return { topology, transitions: [], warnings: [] };
  }
  const transitions = before === undefined ? [] : transitionsOf(before, topology);
  const mixed = before === undefined ? { made: [], already: [] } : await mixedBucketings(topology, before, ports.flags);
  const places =
    before === undefined
      ? []
      : [
          ...problemsOf(before, topology),
          ...(await homeless(topology, ports)),
          ...mixed.made,
          ...(await unready(transitions, topology, ports)),
        ];
  if (places.length > 0) throw new RefusedError(`topology ${topology.version}`, places, HINT);

  const at = clock.now();
  if (before === undefined) {
    await ports.home.move({ region: topology.home, epoch: 1, actor, at }, null);
  }
  const published = await versions.publish(topology, { actor, at, follows: before?.version ?? 0 });
  // It may be this very one: the answer of a write that was repeated says so too.
  if (published === 'moved' && !isSame(await versions.at(topology.version), topology)) {
    throw new RefusedError(`topology ${topology.version}`, ['somebody else has published this version'], HINT);
  }
  log.info('topology published', { version: topology.version, actor, transitions });
  if (mixed.already.length > 0) {
    log.warn('flags that draw do not reach services that draw otherwise', {
      version: topology.version,
      flags: mixed.already,
    });
  }
  await everywhere(topology, ports);
  return { topology, transitions, warnings: mixed.already };
};

const isSame = (a: Topology, b: Topology): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The region that decides must stay one of the two that have what only home has. */
const homeless = async ({ home, standby }: Topology, ports: MembershipPorts): Promise<readonly string[]> => {
  const { region } = await ports.home.home();
  return region === home || region === standby ? [] : [`${region} is home, and neither home nor standby here`];
};

/** Who would serve without being ready to. */
const unready = async (
  transitions: readonly Transition[],
  topology: Topology,
  ports: MembershipPorts,
): Promise<readonly string[]> => {
  const begin = transitions.filter(({ from, to }) => from === 'joining' && to === 'serving');
  const before = { ...topology, version: topology.version - 1 };
  return (await Promise.all(begin.map((member) => obstaclesOf(member, before, ports)))).flat();
};

/** Waits until every region has the version, home's own included. One that drains may be gone for good. */
const everywhere = async (topology: Topology, { region, clock }: MembershipPorts): Promise<void> => {
  const { version } = topology;
  const until = clock.now() + PATIENCE_MS;
  let missing = topology.regions.filter(({ state }) => state !== 'draining').map(({ name }) => name);
  for (;;) {
    const found = await Promise.all(missing.map((name) => hasVersion(region(name).topology, version)));
    missing = missing.filter((_name, index) => found[index] === false);
    if (missing.length === 0) return;
    if (clock.now() >= until) {
      throw new UnavailableError(
        `version ${version} of the topology in ${missing.join(', ')}`,
        'It is published and replicates as soon as they can be reached. Publish the same version again to wait for it.',
      );
    }
    await clock.sleep(POLL_MS);
  }
};

const hasVersion = (source: { at(version: number): Promise<Topology> }, version: number): Promise<boolean> =>
  source.at(version).then(
    () => true,
    () => false,
  );
