import type { Held } from '../../lib/compare-and-set.ts';
import type { Envelope } from '../../lib/envelope.ts';
import type { CacheObservation, OfferAnswer, ServiceVerdict } from '../../lib/verdict.ts';
import { proofWith } from '../support.ts';
import { publish } from './home.ts';
import type { World } from './watched-world.ts';
import { at, type Cache, envelopeAt, type Region, type Row } from './world.ts';

/*
 * One region: replication in, deliveries to the caches, the full load, the reconciler, the scan.
 */

/** A REVISION item arrives: the region expects the change from now on. */
export const replicateRevision = (world: World, region: Region, revision: number): void => {
  region.pending = region.pending.filter((pending) => pending !== revision);
  region.known.add(revision);
  if (envelopeAt(world, revision).regions.includes(region.name) && !region.rows.has(revision)) {
    region.rows.set(revision, { revision, expectedAt: world.clock, answer: 'open' });
  }
  if (region.current === revision) publish(world, region.name, envelopeAt(world, revision));
};

/** CURRENT arrives as it is at home now: the writes in between are merged. */
export const replicateCurrent = (world: World, region: Region): void => {
  region.current = world.revisions.length;
  const envelope = acceptedCurrent(world, region);
  if (envelope !== undefined) publish(world, region.name, envelope);
};

/** What the replica shows as CURRENT, if its REVISION item vouches for it. */
const acceptedCurrent = (world: World, region: Region): Envelope | undefined =>
  region.known.has(region.current) ? envelopeAt(world, region.current) : undefined;

/** One message meets its cache. */
export const deliver = (world: World, cache: Cache, index: number, { keep }: { keep: boolean }): void => {
  const envelope = at(cache.queue, index);
  const taken = cache.fault === 'deaf' || (cache.fault === null && apply(world, cache, envelope, false));
  if (taken && !keep) cache.queue.splice(index, 1);
};

const apply = (world: World, cache: Cache, envelope: Envelope, repair: boolean): true => {
  const incoming = world.rules.heldOf(cache.service, envelope);
  const before = cache.held;
  const { write, outcome } = world.rules.compareAndSet(before, incoming, { hasManifest: cache.hasManifest, repair });
  if (write) {
    cache.held = incoming;
    cache.intact = true;
    cache.clean = false;
    world.truth.cacheChanged(world, cache);
  }
  if (world.rules.acknowledges(outcome)) world.truth.acknowledged(world, cache, incoming);
  return true;
};

/** The full load: what the replica has as CURRENT, then the manifest. */
export const load = (world: World, cache: Cache): void => {
  const region = world.regions.get(cache.region);
  if (cache.fault !== null || region === undefined) return;
  const current = acceptedCurrent(world, region);
  if (current !== undefined && world.rules.isDue(cache.service, current, cache.held))
    apply(world, cache, current, false);
  cache.hasManifest = true;
  world.truth.cacheChanged(world, cache);
};

/** One pass of the reconciler: repairs, then proves what all caches hold by now. */
export const reconcile = (world: World, region: Region): void => {
  const current = acceptedCurrent(world, region);
  const expectedAt = region.rows.get(region.current)?.expectedAt;
  const settled = expectedAt === undefined || expectedAt < world.clock;
  for (const cache of region.caches.values()) {
    if (cache.fault !== null) continue;
    if (!cache.hasManifest) load(world, cache);
    else if (current !== undefined && settled) repair(world, cache, current);
  }
  for (const row of region.rows.values()) {
    if (row.answer === 'consistent' || row.expectedAt >= world.clock) continue;
    const verdicts = lookAt(world, region, row);
    if (world.rules.worst(verdicts.map(({ verdict }) => verdict)) === 'consistent')
      answer(world, region, row, verdicts);
  }
};

const repair = (world: World, cache: Cache, current: Envelope): void => {
  const { held, intact } = cache;
  const wanted = world.rules.heldOf(cache.service, current);
  cache.clean =
    held === null
      ? !world.rules.isDue(cache.service, current, held)
      : intact && ((held.digest === wanted.digest && sameOrder(held, wanted)) || !differs(world, cache, current));
  if (!cache.clean && (held === null || held.order.revision <= current.revision)) apply(world, cache, current, true);
};

const sameOrder = (held: Held, wanted: Held): boolean => held.order.revision === wanted.order.revision;

/** A service that the flag does not concern any more may keep an old tombstone. */
const differs = (world: World, cache: Cache, current: Envelope): boolean =>
  cache.held !== null &&
  cache.held.order.revision <= current.revision &&
  world.rules.isDue(cache.service, current, cache.held);

/** The scan of all open rows. Rows that are not late yet, and not proven, stay open. */
export const scan = (world: World, region: Region): void => {
  for (const row of region.rows.values()) {
    if (row.answer !== 'open') continue;
    const verdicts = lookAt(world, region, row);
    const verdict = world.rules.worst(verdicts.map((each) => each.verdict));
    if (verdict === 'consistent' || row.expectedAt < world.clock) answer(world, region, row, verdicts);
  }
};

const lookAt = (world: World, region: Region, row: Row): ServiceVerdict[] => {
  const change = envelopeAt(world, row.revision);
  const atAcceptance = world.topologies.get(change.topologyVersion);
  if (atAcceptance === undefined) throw new RangeError(`no topology ${change.topologyVersion}`);
  return world.rules.expectedServices(change, atAcceptance, world.topology).map((service) => {
    const cache = region.caches.get(service);
    const late = row.expectedAt < world.clock;
    const offer = late ? offerTo(world, region, { cache, service, change }) : undefined;
    return world.rules.judgeService({
      service,
      redis: 'redis-1',
      change: { ...change, order: { epoch: change.epoch, revision: change.revision } },
      observation: observe(cache),
      logged: true,
      late,
      offer,
      revisionAt: ({ revision }) => (region.known.has(revision) ? envelopeAt(world, revision) : undefined),
      mayBeOnItsWay: true,
    });
  });
};

/** The newest revision that the region knows, to a cache that is found behind. */
const offerTo = (
  world: World,
  region: Region,
  { cache, service, change }: { cache: Cache | undefined; service: string; change: Envelope },
): OfferAnswer | undefined => {
  const order = { epoch: change.epoch, revision: change.revision };
  if (cache === undefined || !world.rules.isBehind(service, { ...change, order }, observe(cache))) return undefined;
  if (cache.fault === 'deaf') return 'taken';
  if (cache.fault !== null) return { refused: 'READONLY' };
  apply(world, cache, envelopeAt(world, Math.max(...region.known)), false);
  return cache.hasManifest ? 'taken' : 'incomplete';
};

const observe = (cache: Cache | undefined): CacheObservation =>
  cache === undefined || cache.fault === 'unreachable'
    ? { reachable: false }
    : { reachable: true, hasManifest: cache.hasManifest, held: cache.held, intact: cache.intact };

/** Answers home, and notes which caches failed: one that fails two changes is degraded (rule 15). */
const answer = (world: World, region: Region, row: Row, verdicts: readonly ServiceVerdict[]): void => {
  const services = verdicts.filter(({ verdict }) => verdict === 'inconsistent').map(({ service }) => service);
  const degraded = services.filter((service) => {
    const failed = region.failures.get(service) ?? new Set();
    region.failures.set(service, failed.add(row.revision));
    return failed.size > 1;
  });
  row.answer = world.rules.worst(verdicts.map(({ verdict }) => verdict));
  world.verdicts.push({ revision: row.revision, ...proofWith(region.name, row.answer, { services, degraded }) });
};

/** A cache is broken, mended, or loses or garbles what it holds. */
export const harm = {
  flush: (world: World, cache: Cache): void => {
    cache.held = null;
    cache.hasManifest = false;
    cache.intact = true;
    cache.clean = false;
    world.truth.cacheChanged(world, cache);
  },
  /** The stored bytes are not what they were. */
  corrupt: (world: World, cache: Cache): void => {
    if (cache.held === null) return;
    cache.intact = false;
    cache.clean = false;
    world.truth.cacheChanged(world, cache);
  },
  /** Something else was written under the same order. */
  forge: (world: World, cache: Cache): void => {
    if (cache.held === null) return;
    cache.held = { ...cache.held, digest: 'f'.repeat(64), documentDigest: 'f'.repeat(64) };
    cache.clean = false;
    world.truth.cacheChanged(world, cache);
  },
};
