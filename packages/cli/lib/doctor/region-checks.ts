import type { RegionInspection } from '@flaghoist/adapters/region-inspection';
import { firstNames } from '@flaghoist/core/first-names';
import { memberOf } from '@flaghoist/core/json';
import type { AcknowledgementQuery } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { HomeRegion } from '@flaghoist/core/ports/home-source';
import type { Topology } from '@flaghoist/core/topology';
import { sideBySide } from '@flaghoist/terraform/side-by-side';
import { type Finding, type Found, made } from './finding.ts';

/** How many of what is wrong are named. */
const NAMED = 5;

/** What a region is looked at with. */
export interface RegionView {
  readonly region: string;
  readonly inspection: Pick<RegionInspection, 'clock' | 'concurrency' | 'table' | 'sources' | 'waiting' | 'invoke'>;
  readonly query: AcknowledgementQuery;
  /** What its replica says. */
  readonly home: () => Promise<HomeRegion>;
  readonly topologyVersion: () => Promise<number>;
}

/** What is the same for all regions. */
export interface Expected {
  readonly home: HomeRegion;
  readonly standby: string | undefined;
  readonly topology: Topology;
  readonly regions: readonly string[];
  readonly tables: { readonly flags: string; readonly verification: string; readonly ofHome: readonly string[] };
  /** ARNs of a region, by the plan's words. */
  readonly functionsIn: (region: string) => Readonly<Record<string, string>>;
  /** Those of services among them. */
  readonly queuesIn: (region: string) => Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** Two requests at a time of each kind: an account's limits are for those who work. */
const AT_ONCE = 8;
/** AWS refuses signatures that are five minutes off; expiry and freezes are judged by the minute. */
const CLOCK_MS = 5_000;
/** 100 stay free whatever is reserved, and functions of home reserve as many. */
const LEAST_CONCURRENCY = 1_000;
/** How long a query may take that is asked by whoever scans: part of the 15 s. */
const QUERY_MS = 10_000;
const POLL_MS = 250;

export const lookAtRegion = async (view: RegionView, expected: Expected): Promise<readonly Finding[]> => {
  const { region } = view;
  const isHome = region === expected.home.region || region === expected.standby;
  return [
    await made(region, 'clock', () => clockOf(view, expected)),
    await made(region, 'quota', () => quotaOf(view)),
    await made(region, 'tables', () => tablesOf(view, expected, isHome)),
    await made(region, 'replication', () => replicationOf(view, expected)),
    await made(region, 'sources', () => sourcesOf(view, expected)),
    await made(region, 'queues', () => queuesOf(view, expected)),
    await made(region, 'caches', () => cachesOf(view, expected)),
    await made(region, 'log-query', () => queryOf(view, expected)),
  ];
};

const clockOf = async ({ inspection }: RegionView, { clock }: Expected): Promise<Found> => {
  const offBy = Math.abs((await inspection.clock()) - clock.now());
  if (Number.isNaN(offBy)) return { status: 'look', found: 'its answers have no date' };
  const says = `this machine is ${(offBy / 1000).toFixed(1)} s off, to the second`;
  return { status: offBy <= CLOCK_MS ? 'well' : 'ill', found: says, measured: { offBy } };
};

const quotaOf = async ({ inspection }: RegionView): Promise<Found> => {
  const { limit, unreserved } = await inspection.concurrency();
  return {
    status: limit >= LEAST_CONCURRENCY ? 'well' : 'ill',
    found:
      limit >= LEAST_CONCURRENCY
        ? `${limit} functions at once, ${unreserved} of them not reserved`
        : `${limit} functions at once: ask for ${LEAST_CONCURRENCY} (Lambda, L-B99A9384), or what is reserved in home is refused`,
    measured: { concurrency: limit, unreserved },
  };
};

const tablesOf = async (
  { inspection, region: own }: RegionView,
  { tables, regions }: Expected,
  isHome: boolean,
): Promise<Found> => {
  const names = [tables.flags, tables.verification, ...(isHome ? tables.ofHome : [])];
  const states = await Promise.all(names.map(async (name) => ({ name, state: await inspection.table(name) })));
  const problems = states.flatMap(({ name, state: { status, replicas, stream, ownKey } }) => [
    ...(status === 'ACTIVE' ? [] : [`${name} is ${status}`]),
    ...(ownKey ? [] : [`${name} is under a key of AWS`]),
    ...(name === tables.verification || stream === 'NEW_AND_OLD_IMAGES'
      ? []
      : [`${name} has no stream of both images`]),
    ...(name === tables.flags
      ? // A region lists the replicas in the others.
        regions
          .filter((region) => region !== own && Object.keys(replicas).length > 0 && replicas[region] !== 'ACTIVE')
          .map((region) => `its replica in ${region} is ${replicas[region] ?? 'missing'}`)
      : []),
  ]);
  return problems.length === 0
    ? { status: 'well', found: `${names.length} tables, active, each under a key of the account` }
    : { status: 'ill', found: problems.join('; ') };
};

const replicationOf = async (view: RegionView, { home, topology }: Expected): Promise<Found> => {
  const [own, version] = await Promise.all([view.home(), view.topologyVersion()]);
  const behind = [
    ...(own.epoch === home.epoch ? [] : [`it says that home is ${own.region} in epoch ${own.epoch}`]),
    ...(version === topology.version ? [] : [`it has version ${version} of the topology, not ${topology.version}`]),
  ];
  return behind.length === 0
    ? { status: 'well', found: `knows home (epoch ${home.epoch}) and version ${version} of the topology` }
    : { status: 'ill', found: behind.join('; ') };
};

const sourcesOf = async ({ region, inspection }: RegionView, { functionsIn }: Expected): Promise<Found> => {
  const functions = Object.values(functionsIn(region));
  const sources = (await sideBySide(functions, AT_ONCE, (arn) => inspection.sources(arn))).flat();
  const off = sources.filter(({ state }) => state !== 'Enabled').map(({ source, state }) => `${source} (${state})`);
  const failing = sources
    .filter(({ result }) => /PROBLEM|error/i.test(result))
    .map(({ source, result }) => `${source}: ${result}`);
  if (off.length > 0)
    return { status: 'ill', found: `${off.length} of ${sources.length} are not enabled: ${firstNames(off, NAMED)}` };
  if (sources.length === 0) return { status: 'ill', found: 'no function reads anything' };
  return failing.length > 0
    ? { status: 'look', found: `${failing.length} of ${sources.length} had a problem: ${firstNames(failing, NAMED)}` }
    : { status: 'well', found: `${sources.length} streams and queues are read`, measured: { sources: sources.length } };
};

const queuesOf = async ({ region, inspection }: RegionView, { queuesIn }: Expected): Promise<Found> => {
  const queues = Object.entries(queuesIn(region));
  const counts = await sideBySide(queues, AT_ONCE, async ([name, arn]) => ({
    name,
    isDead: /-dead\b|-dropped\b|undelivered/.test(name),
    waiting: await inspection.waiting(arn),
  }));
  const sum = (dead: boolean) =>
    counts.filter(({ isDead }) => isDead === dead).reduce((all, { waiting }) => all + waiting, 0);
  const lying = counts
    .filter(({ isDead, waiting }) => isDead && waiting > 0)
    .map(({ name, waiting }) => `${name} (${waiting})`);
  const measured = { queues: queues.length, waiting: sum(false), deadLetters: sum(true) };
  return lying.length > 0
    ? {
        status: 'look',
        found: `dead letters: ${firstNames(lying, NAMED)}; hoist redrive sends them back once their cause is mended`,
        measured,
      }
    : {
        status: 'well',
        found: `${queues.length} queues, ${measured.waiting} messages under way, no dead letters`,
        measured,
      };
};

/** A pass of the reconciler over each cell, as its schedule makes one every minute: it logs in, and reads what every cache holds. */
const cachesOf = async ({ region, inspection }: RegionView, { functionsIn, topology }: Expected): Promise<Found> => {
  const reconcile = functionsIn(region)['cache-updater.reconcile'] ?? '';
  const services = topology.services.filter(({ state }) => state === 'serving');
  const cells = [...new Set(services.map(({ cell }) => cell))].sort();
  const passes = await sideBySide(cells, 4, (cell) => inspection.invoke(reconcile, { cell }));
  const clean = new Set(passes.flatMap(cleanIn));
  const other = services.filter(({ name }) => !clean.has(name)).map(({ name }) => name);
  const measured = { caches: services.length, ...timesOf(passes) };
  return other.length > 0
    ? {
        status: 'look',
        found: `${other.length} of ${services.length} caches showed a difference: ${firstNames(other, NAMED)}`,
        measured,
      }
    : { status: 'well', found: `${services.length} caches were logged in to, and hold what they should`, measured };
};

const cleanIn = (answer: unknown): readonly string[] => {
  const clean = (answer as { readonly clean?: unknown } | null)?.clean;
  return Array.isArray(clean) ? clean.filter((name) => typeof name === 'string') : [];
};

/** Milliseconds of the longest pass, and of the slowest start where a call began a new instance: the functions say both. */
const timesOf = (passes: readonly unknown[]): Readonly<Record<string, number>> => {
  const said = (name: 'tookMs' | 'coldStartMs') =>
    passes.map((pass) => memberOf(pass, name)).filter((value) => typeof value === 'number');
  const [took, starts] = [said('tookMs'), said('coldStartMs')];
  return {
    ...(took.length === 0 ? {} : { longestPass: Math.max(...took) }),
    ...(starts.length === 0 ? {} : { coldStart: Math.max(...starts) }),
  };
};

/** The real query, over the last minutes, for a flag that there need not be. */
const queryOf = async ({ query }: RegionView, { clock }: Expected): Promise<Found> => {
  const from = clock.now();
  const id = await query.start({ from: from - 300_000, to: from, flagKeys: ['hoist-doctor'] });
  while (clock.now() - from < 60_000) {
    const { status } = await query.results(id);
    const took = clock.now() - from;
    if (status === 'failed') return { status: 'ill', found: 'the log does not take the query' };
    if (status === 'complete') {
      return {
        status: took <= QUERY_MS ? 'well' : 'look',
        found: `the log answers the query of the scan in ${(took / 1000).toFixed(1)} s`,
        measured: { query: took },
      };
    }
    await clock.sleep(POLL_MS);
  }
  return { status: 'ill', found: 'the log has not answered the query of the scan for a minute' };
};
