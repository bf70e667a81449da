import { newlyOtherAmong } from '@flaghoist/core/bucketing';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Publication } from '@flaghoist/core/ports/topology-source';
import { parseTopology, type Topology } from '@flaghoist/core/topology';
import { problemsOf, type Transition, transitionsOf } from '@flaghoist/core/topology-change';
import { authorise, type Caller } from './authorise.ts';
import { evaluatorProblems } from './change-evaluator.ts';
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
 * already with the same content, it only waits. The first version makes no region home: `promote` does, by a role of its own.
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
  const publication = { actor, at: clock.now(), follows: before?.version ?? 0 };
  let warnings: readonly string[] = [];
  if (before === undefined) {
    await put(topology, publication, undefined, ports);
  } else {
    const places = [
      ...problemsOf(before, topology),
      ...(await homeless(topology, ports)),
      ...(await evaluatorProblems(before, topology, { actor, ports })),
      ...(await unready(transitions, topology, ports)),
    ];
    warnings = await putOver(before, topology, { publication, places }, ports);
  }
  log.info('topology published', { version: topology.version, actor, transitions });
  if (warnings.length > 0) {
    log.warn('flags that draw do not reach services that draw otherwise', {
      version: topology.version,
      flags: warnings,
    });
  }
  await everywhere(topology, ports);
  return { topology, transitions, warnings };
};

/** How often flags are looked through anew because one that draws was accepted meanwhile. */
const LOOKS = 5;

interface Wanted {
  readonly publication: Publication;
  /** What is wrong with it, whatever flags there are. */
  readonly places: readonly string[];
}

/**
 * Puts a version over the flags that there are. Where more services draw otherwise under it, none that draws may be accepted
 * between the look at them and the version.
 *
 * @returns what was so before already
 */
const putOver = async (
  before: Topology,
  topology: Topology,
  { publication, places }: Wanted,
  ports: MembershipPorts,
): Promise<readonly string[]> => {
  const adds = newlyOtherAmong('*', topology, before).size > 0;
  for (let look = 1; look <= LOOKS; look += 1) {
    const drawn = adds ? await ports.topology.drawn() : undefined;
    const mixed = await mixedBucketings(topology, before, ports.flags);
    refuseFor([...places, ...mixed.made], topology);
    if (await put(topology, publication, drawn, ports)) return mixed.already;
  }
  throw new UnavailableError(
    `a quiet moment for version ${topology.version} of the topology`,
    'Flags that draw are accepted all the time, and it must be published over those that there are: publish it again.',
  );
};

const refuseFor = (places: readonly string[], { version }: Topology): void => {
  if (places.length > 0) throw new RefusedError(`topology ${version}`, places, HINT);
};

/** @returns `false`: a flag that draws was accepted since `drawn` was read. @throws RefusedError when somebody else has published it */
const put = async (
  topology: Topology,
  publication: Publication,
  drawn: readonly number[] | undefined,
  { topology: versions }: MembershipPorts,
): Promise<boolean> => {
  if ((await versions.publish(topology, publication, drawn)) === 'written') return true;
  const newest = await versions.newest();
  if (drawn !== undefined && (newest === undefined || newest.version < topology.version)) return false;
  // It may be this very one: the answer of a write that was repeated says so too.
  if (!isSame(await versions.at(topology.version), topology))
    refuseFor(['somebody else has published this version'], topology);
  return true;
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
