import { isNewer } from '../../lib/order.ts';
import {
  type Answer,
  type CacheFinding,
  cacheName,
  LATE_MESSAGE_SECONDS,
  LATE_SECONDS,
  type ModelChange,
} from './timed-rules.ts';
import { type Cache, changeAt, healthOf, type Region, type TimedWorld, type Written, write } from './timed-world.ts';

/** How long a queue goes on: receives that outlast an hour of Redis. */
const RECEIVES = 200;
const LONGEST_PAUSE_SECONDS = 30;
/** The reconciler leaves a change alone for so long after its row. */
const SETTLING_SECONDS = 20;

export type Send = (answer: Answer) => void;

const keyOf = ({ flag, record }: ModelChange): string => `${flag}:${record.order.revision}`;

const deliver = (world: TimedWorld, cache: Cache, change: ModelChange, receive = 1): void => {
  const { rules, timeline } = world;
  const region = world.regions.find(({ name }) => name === cache.region);
  const { revision } = change.record.order;
  const isOlder = (region?.replica.get(change.flag) ?? 0) > revision;
  const isLate = receive > 1 || timeline.now - change.acceptedAt > LATE_MESSAGE_SECONDS;
  if (rules.lateMessagesAreDropped && isOlder && isLate) return;
  const written = write(world, cache, change);
  if (written === 'taken') {
    if (!cache.hasManifest) timeline.after(1 + timeline.chance(), () => load(world, cache));
    return;
  }
  if (receive >= RECEIVES) return;
  const pause = Math.min(2 ** receive, LONGEST_PAUSE_SECONDS) * (0.5 + timeline.chance() / 2);
  timeline.after(pause + (written === 'unreachable' ? 3 : 0), () => deliver(world, cache, change, receive + 1));
};

/** A full load: everything that the region's replica has. */
const load = (world: TimedWorld, cache: Cache): Written => {
  const region = world.regions.find(({ name }) => name === cache.region);
  for (const [flag, revision] of region?.replica ?? []) {
    const change = changeAt(world, flag, revision);
    const written = change === undefined ? 'taken' : write(world, cache, change);
    if (written !== 'taken') return written;
  }
  if (healthOf(world, cache) === 'up') cache.hasManifest = true;
  return 'taken';
};

/** The fast path, then replication: the row, the messages again, and the region's own look. */
export const spread = (world: TimedWorld, region: Region, change: ModelChange, send: Send): void => {
  const { timeline } = world;
  let wasCut = false;
  const arrive = (): void => {
    if (region.isCut) {
      wasCut = true;
      timeline.after(1, arrive);
      return;
    }
    const { flag, record } = change;
    region.rows.set(keyOf(change), timeline.now);
    // After a cut the replica shows the newest CURRENT only, and publishing follows CURRENT.
    const newest = wasCut ? (world.changes[flag]?.length ?? 0) : record.order.revision;
    region.replica.set(flag, Math.max(region.replica.get(flag) ?? 0, newest));
    if (newest === record.order.revision) for (const cache of region.caches) deliver(world, cache, change);
    timeline.after(3, () => look(world, region, change, { number: 1, send, early: true }));
    timeline.after(LATE_SECONDS + 0.3, () => look(world, region, change, { number: 1, send }));
  };
  if (!region.isCut) {
    timeline.after(0.2 + timeline.chance() * 0.3, () => {
      for (const cache of region.caches) deliver(world, cache, change);
    });
  }
  timeline.after(0.5 + timeline.chance() * 1.5, arrive);
};

interface Look {
  number: number;
  send: Send;
  /** As soon as the log may show every cache: it proves, and finds nothing behind. */
  early?: boolean;
}

/** One look at the caches: what is older, absent or unloaded is offered the newest revision, and its answer is the finding. */
export const look = (
  world: TimedWorld,
  region: Region,
  change: ModelChange,
  { number, send, early = false }: Look,
): void => {
  const { timeline } = world;
  const row = region.rows.get(keyOf(change));
  if (region.isCut || row === undefined) return;
  const isLate = timeline.now - row >= LATE_SECONDS;
  const answerWith = (find: (cache: Cache) => CacheFinding): Answer => ({
    region: region.name,
    flag: change.flag,
    revision: change.record.order.revision,
    look: number,
    seenAt: timeline.now,
    findings: region.caches.map(find),
  });
  if (!isLate) {
    const answer = answerWith((cache) => findingOf(cache, holds(world, cache, change) ? 'holds' : 'late'));
    if (!early || answer.findings.every(({ finding }) => finding === 'holds')) send(answer);
    return;
  }
  const offers = new Map(region.caches.map((cache) => [cache, offer(world, region, cache, change)] as const));
  timeline.after(1, () => send(answerWith((cache) => afterOffer(world, cache, change, offers.get(cache)))));
};

const findingOf = ({ service, redis }: Cache, finding: CacheFinding['finding'], outOfMemory = false): CacheFinding => ({
  service,
  redis,
  finding,
  outOfMemory,
});

/** This revision, a later one, or an older one with the document that a revert brings back. */
const holds = (world: TimedWorld, cache: Cache, { flag, record }: ModelChange): boolean => {
  const held = cache.held.get(flag);
  if (!cache.hasManifest || held === undefined || healthOf(world, cache) === 'unreachable') return false;
  if (!isNewer(record.order, held.order)) return true;
  return record.kind === 'rolled-back' && held.documentDigest === record.documentDigest;
};

const offer = (world: TimedWorld, region: Region, cache: Cache, change: ModelChange): Written | 'load' | undefined => {
  if (!world.rules.offersFirst || holds(world, cache, change)) return undefined;
  const newest = changeAt(world, change.flag, region.replica.get(change.flag) ?? 0) ?? change;
  if (cache.hasManifest || healthOf(world, cache) === 'unreachable') return write(world, cache, newest);
  const loaded = write(world, cache, newest);
  if (loaded !== 'taken') return loaded;
  world.timeline.after(2, () => load(world, cache));
  return 'load';
};

const afterOffer = (
  world: TimedWorld,
  cache: Cache,
  change: ModelChange,
  offered: Written | 'load' | undefined,
): CacheFinding => {
  if (holds(world, cache, change)) return findingOf(cache, 'holds');
  if (healthOf(world, cache) === 'unreachable' || offered === 'unreachable') return findingOf(cache, 'silent');
  if (offered === 'load') return findingOf(cache, world.rules.emptyIsUnknown ? 'silent' : 'lying');
  if (offered === 'refused' || offered === 'out of memory') {
    return findingOf(cache, 'refusing', offered === 'out of memory');
  }
  // It held the change before the offer and lost it since: nothing was offered, so nothing is judged.
  if (offered === undefined && world.rules.offersFirst) return findingOf(cache, 'silent');
  return findingOf(cache, 'lying');
};

/** Every minute: all caches against the replica. What still fails keeps its note, what all hold is proven. */
export const reconcile = (world: TimedWorld, region: Region, send: Send): void => {
  const { timeline, degradation, rules } = world;
  if (region.isCut) return;
  const passed = new Map(region.caches.map((cache) => [cache, reconcileCache(world, region, cache)] as const));
  for (const [cache, how] of passed) {
    if (how !== 'failing') continue;
    const notes = degradation.notes.get(cacheName(cache.region, cache.service));
    if (notes !== undefined && rules.notesAreKept) for (const id of notes.keys()) notes.set(id, timeline.now);
  }
  for (const redis of new Set(region.caches.map((cache) => cache.redis))) {
    const ofRedis = [...passed].filter(([cache]) => cache.redis === redis).map(([, how]) => how);
    const isOver = rules.outageEndsWithAWrite ? ofRedis.every((how) => how === 'fine') : !ofRedis.includes('failing');
    if (isOver) degradation.outages.delete(redis);
  }
  if (!rules.reconcilerProves) return;
  for (const change of world.changes.flat()) {
    const row = region.rows.get(keyOf(change));
    if (row === undefined || timeline.now - row < SETTLING_SECONDS || change.record.state === 'rolled-back') continue;
    if (change.proofs.get(region.name)?.verdict === 'consistent') continue;
    if (!region.caches.every((cache) => holds(world, cache, change))) continue;
    const { flag, record } = change;
    const findings = region.caches.map((cache) => findingOf(cache, 'holds'));
    const { revision } = record.order;
    send({ region: region.name, flag, revision, look: 1, seenAt: timeline.now, findings });
  }
};

type Passed = 'fine' | 'failing' | 'left alone';

const reconcileCache = (world: TimedWorld, region: Region, cache: Cache): Passed => {
  if (healthOf(world, cache) === 'unreachable') return 'failing';
  if (!cache.hasManifest) return load(world, cache) === 'taken' ? 'fine' : 'failing';
  let passed: Passed = 'fine';
  for (const [flag, revision] of region.replica) {
    const change = changeAt(world, flag, revision);
    const held = cache.held.get(flag);
    if (change === undefined || (held && !isNewer(change.record.order, held.order))) continue;
    // A young change is left alone: nothing was written, so nothing was learned.
    if (world.timeline.now - (region.rows.get(keyOf(change)) ?? 0) < SETTLING_SECONDS) passed = 'left alone';
    else if (write(world, cache, change) !== 'taken' || cache.held.get(flag)?.order.revision !== revision)
      return 'failing';
  }
  return passed;
};
