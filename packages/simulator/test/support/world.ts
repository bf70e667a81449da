import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import type { ChangeRecord, ChangeState } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { EventDetail } from '@flaghoist/core/events';
import { isTombstoneFor } from '@flaghoist/core/held';
import { isIntact } from '@flaghoist/core/intact';
import { formatOrder, type Order, sameOrder } from '@flaghoist/core/order';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import type { CachedFlag } from '@flaghoist/core/ports/service-cache';
import type { Proposal, ProposalOutcome } from '@flaghoist/core/proposal';
import type { Topology } from '@flaghoist/core/topology';
import * as fleet from '@flaghoist/fleet/shipped-topology';
import { modelledLatency, noLatency } from '@flaghoist/in-memory/latency';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { principalOf } from '../../lib/home.ts';
import type { Disorder } from '../../lib/platform.ts';
import type { Region } from '../../lib/region.ts';
import { createWorld, type World, type WorldOptions } from '../../lib/world.ts';
import { booleanFlag } from './flags.ts';

export interface TestWorldOptions {
  /** Of the shipped topology, the first so many, home first. */
  readonly regions?: number;
  readonly services?: number;
  /** Whether the second region is the standby. */
  readonly standby?: boolean;
  /** Instead of a slice of the shipped one. */
  readonly topology?: Topology;
  readonly seed?: number;
  readonly latency?: 'modelled' | 'none';
  readonly disorder?: Disorder;
  /** All of them unless told otherwise. */
  readonly limits?: WorldOptions['limits'];
  /** Each call of a port takes up to so long before and after it is carried out, and tasks of one moment run in any order. */
  readonly yieldMs?: number;
  readonly instrument?: WorldOptions['instrument'];
  /** Without them nobody reconciles or sweeps but the test. On unless told otherwise. */
  readonly schedules?: boolean;
  readonly portsOf?: WorldOptions['portsOf'];
  readonly policy?: WorldOptions['policy'];
  readonly directory?: WorldOptions['directory'];
  readonly upstream?: WorldOptions['upstream'];
  readonly environment?: WorldOptions['environment'];
  readonly wiring?: WorldOptions['wiring'];
  readonly keeping?: WorldOptions['keeping'];
  /** Instead of one that begins with the test. */
  readonly scheduler?: VirtualScheduler;
}

/** What a test says of a proposal; the rest is a boolean flag for all services, made against what is CURRENT now. */
export type ProposalParts = Partial<Omit<Proposal, 'change'>> & {
  readonly change?: Partial<Proposal['change']>;
  /** Instead of the home that decides now. */
  readonly to?: World['home'];
};

/** How a change stands: its outcome when it was refused, else the state of its record. `undefined`: no outcome yet. */
export type Standing = Exclude<ProposalOutcome['outcome'], 'accepted'> | ChangeState | undefined;

const FIVE_MINUTES_MS = 300_000;
const POLL_MS = 50;
/** Decisions take seconds: who looks for them less often does not read the same record hundreds of times. */
const LOOK_MS = 200;
/** Who proposes unless told otherwise. */
export const defaultUser = 'ada';
export const defaultFlag = 'instant-payments';

export const shippedTopology = fleet.shippedTopology();

/** The first so many regions and services of the shipped topology; its home is the first region. */
const sliceOf = (regions: number, services: number, standby: boolean): Topology => ({
  version: shippedTopology.version,
  home: shippedTopology.home,
  ...(standby
    ? {
        standby: at(
          shippedTopology.regions.map(({ name }) => name),
          1,
        ),
      }
    : {}),
  regions: shippedTopology.regions.slice(0, regions),
  services: shippedTopology.services.slice(0, services),
});

/** A world under virtual time, loaded and with its schedules running, and the words in which tests speak of it. */
export class TestWorld {
  readonly world: World;
  readonly scheduler: VirtualScheduler;
  readonly log: RecordingLogger;
  readonly regions: readonly string[];
  readonly services: readonly string[];
  /** The principal of who proposes; an outcome is looked for under it. */
  author = principalOf(defaultUser);
  /** Every acknowledgement line since the start, in the order in which they were written. */
  readonly lines: Acknowledgement[] = [];
  readonly #flagKeys = new Map<string, string>();
  #proposed = 0;

  constructor(world: World, scheduler: VirtualScheduler, log: RecordingLogger, topology: Topology) {
    this.world = world;
    this.scheduler = scheduler;
    this.log = log;
    this.regions = topology.regions.map(({ name }) => name);
    this.services = topology.services.map(({ name }) => name);
    world.watch({ acknowledged: (line) => this.lines.push(line) });
  }

  /** The region that is home now. */
  get home(): string {
    return this.world.home.region;
  }

  /** The n-th region after the first home; 0 is that. */
  region(n: number): Region {
    return this.world.region(at(this.regions, n));
  }

  service(n: number): string {
    return at(this.services, n);
  }

  /** Lets virtual time pass. */
  advance(ms: number): Promise<void> {
    return this.scheduler.advance(ms);
  }

  /** Lets virtual time pass until a promise is settled. */
  run<T>(promise: Promise<T>): Promise<T> {
    return this.scheduler.run(promise, { limitMs: FIVE_MINUTES_MS });
  }

  /** Lets virtual time pass until something is true. @throws after five virtual minutes */
  async until(what: string, isTrue: () => Promise<boolean>, everyMs = POLL_MS): Promise<void> {
    const limit = this.scheduler.now() + FIVE_MINUTES_MS;
    while (!(await isTrue())) {
      if (this.scheduler.now() >= limit) throw new Error(`${what}: not within five virtual minutes`);
      await this.advance(everyMs);
    }
  }

  /** Proposes a change and returns its id at once; nothing has happened yet. */
  async propose(parts: ProposalParts = {}): Promise<string> {
    this.#proposed += 1;
    const flagKey = parts.flagKey ?? defaultFlag;
    const current = parts.basedOn === undefined ? await this.current(flagKey) : undefined;
    const basedOn = parts.basedOn === undefined ? orderOf(current) : parts.basedOn;
    const kind = parts.kind ?? (basedOn === null ? 'created' : 'updated');
    const id = parts.change?.id ?? `change-${String(this.#proposed).padStart(4, '0')}`;
    const { change, to = this.world.home, ...rest } = parts;
    const document = kind === 'killed' || kind === 'archived' ? {} : { document: booleanFlag(this.#proposed) };
    const proposing = to.authorWith(this.author).propose({
      flagKey,
      kind,
      basedOn,
      ...document,
      ...(kind === 'created' ? { offVariant: 'off', audience: '*' as const, owner: 'team-payments' } : {}),
      ...rest,
      change: {
        actor: 'author@example.com',
        authentication: 'sso',
        reason: 'A test of the loop',
        ticket: 'PAY-1',
        ...change,
        id,
      },
      proposedAt: parts.proposedAt ?? this.scheduler.now(),
    });
    // Where data is kept, the answer waits for the disk.
    await (to.proposalsTable.journal === undefined ? proposing : this.run(proposing));
    this.#flagKeys.set(id, flagKey);
    return id;
  }

  /** Proposes and waits until the change is decided. @throws unless it ends verified */
  async verified(parts: ProposalParts = {}): Promise<ChangeRecord> {
    const id = await this.propose(parts);
    expect(await this.settled(id)).toBe('verified');
    return this.recordOf(id);
  }

  outcome(changeId: string): Promise<ProposalOutcome | undefined> {
    return this.world.home.changes.outcome(this.author, changeId);
  }

  record(flagKey: string, order: Order): Promise<ChangeRecord | undefined> {
    return this.world.home.changes.record(flagKey, order);
  }

  /** The record of an accepted change. @throws when it was not accepted */
  async recordOf(changeId: string): Promise<ChangeRecord> {
    const outcome = await this.outcome(changeId);
    const record =
      outcome?.outcome === 'accepted'
        ? await this.record(outcome.flagKey, outcome.order)
        : await this.#revertRecord(changeId);
    if (record === undefined) throw new Error(`change ${changeId} was not accepted: ${JSON.stringify(outcome)}`);
    return record;
  }

  async standing(changeId: string): Promise<Standing> {
    const outcome = await this.outcome(changeId);
    if (outcome === undefined) return undefined;
    return outcome.outcome === 'accepted' ? (await this.recordOf(changeId)).state : outcome.outcome;
  }

  /** Lets time pass until a change has ended, or is unverified: five virtual minutes at most. */
  async settled(changeId: string): Promise<Standing> {
    let standing: Standing;
    const isSettled = async (): Promise<boolean> => {
      standing = await this.standing(changeId);
      return standing !== undefined && standing !== 'accepted';
    };
    await this.until(`change ${changeId} is settled`, isSettled, LOOK_MS);
    return standing;
  }

  /** Lets time pass until the change at this order is decided. For reverts, which nobody proposed. */
  async settledAt(flagKey: string, order: Order): Promise<ChangeRecord> {
    let record: ChangeRecord | undefined;
    const isSettled = async (): Promise<boolean> => {
      record = await this.record(flagKey, order);
      return record !== undefined && record.state !== 'accepted';
    };
    await this.until(`${flagKey} ${formatOrder(order)} is settled`, isSettled, LOOK_MS);
    return record as ChangeRecord;
  }

  /** Lets time pass until a change stands so. For `unverified`, which may heal. */
  becomes(changeId: string, standing: Standing): Promise<void> {
    const stands = async (): Promise<boolean> => (await this.standing(changeId)) === standing;
    return this.until(`change ${changeId} becomes ${standing}`, stands, LOOK_MS);
  }

  /** CURRENT of a flag, in home unless told otherwise, as its bytes say. */
  async current(flagKey: string = defaultFlag, region: string = this.home): Promise<Envelope | null> {
    const stored = await this.world.region(region).store.current(flagKey);
    return stored === undefined ? null : parseEnvelope(stored.body);
  }

  /** @throws when there is no such revision in home */
  async revision(flagKey: string, order: Order): Promise<Envelope> {
    const stored = await this.world.region(this.home).store.revision(flagKey, order);
    if (stored === undefined) throw new Error(`there is no revision ${formatOrder(order)} of ${flagKey}`);
    return parseEnvelope(stored.body);
  }

  /** All revisions of a flag in home, oldest first. */
  async revisions(flagKey: string = defaultFlag): Promise<Envelope[]> {
    const revisions: Envelope[] = [];
    for await (const stored of this.world.region(this.home).store.revisions()) {
      if (stored.flagKey === flagKey) revisions.push(parseEnvelope(stored.body));
    }
    return revisions;
  }

  /** The order of known good in home, or null. */
  async knownGood(flagKey: string = defaultFlag): Promise<Order | null> {
    return (await this.world.region(this.home).store.knownGood(flagKey))?.order ?? null;
  }

  /** What a cache holds of a flag, read past every fault. */
  cached(region: string, service: string, flagKey: string = defaultFlag): CachedFlag {
    return this.world.region(region).caches.peek(service, flagKey);
  }

  /** The order that a cache says it holds, or null. */
  held(region: string, service: string, flagKey: string = defaultFlag): Order | null {
    return this.cached(region, service, flagKey).held?.order ?? null;
  }

  /** The document that a service would serve from its cache, or null: nothing, or a tombstone. */
  served(region: string, service: string, flagKey: string = defaultFlag): Envelope['document'] {
    const { stored } = this.cached(region, service, flagKey);
    return stored === null ? null : parseEnvelope(stored).document;
  }

  /**
   * The caches, as `region/service`, that do not hold a revision to the byte: its order and digest in `held`, its envelope
   * (none where it is a tombstone) as the field, in a cache that has its manifest. Read past every fault.
   */
  async wrongCaches(flagKey: string, order: Order): Promise<string[]> {
    const envelope = await this.revision(flagKey, order);
    const wrong: string[] = [];
    for (const region of this.world.regions.values()) {
      for (const service of this.services) {
        const cached = region.caches.peek(service, flagKey);
        const holds =
          region.caches.snapshot(service).manifest !== null &&
          cached.held !== null &&
          sameOrder(cached.held.order, order) &&
          cached.held.digest === envelope.envelopeDigest &&
          cached.held.tombstone === isTombstoneFor(service, envelope) &&
          isIntact(cached);
        if (!holds) wrong.push(`${region.name}/${service}`);
      }
    }
    return wrong;
  }

  /** Asserts that every cache but the named ones (`region/service`) holds a revision, and that those do not. */
  async everyCacheHolds(flagKey: string, order: Order, { except = [] }: { except?: readonly string[] } = {}) {
    expect(await this.wrongCaches(flagKey, order)).toEqual([...except]);
  }

  /** The audit trail of a flag once it has come to rest: the audit runs some seconds behind the change. */
  async trail(flagKey: string = defaultFlag): Promise<readonly AuditDocument[]> {
    await this.advance(AUDIT_LAG_MS);
    return this.world.audit.search({ flagKey });
  }

  /** The types of a change's documents in the trail, oldest first, without what its regions said. */
  async story(changeId: string): Promise<string[]> {
    await this.advance(AUDIT_LAG_MS);
    const documents = await this.world.audit.search({ changeId });
    return documents.map(({ type }) => type).filter((type) => !perRegion.has(type));
  }

  /** What regions said of a change, oldest first, as the trail has it. */
  async verdicts(changeId: string): Promise<EventDetail<'RegionVerdict'>[]> {
    const documents = await this.world.audit.search({ changeId, type: 'RegionVerdict' });
    return documents.map(({ detail }) => detail as unknown as EventDetail<'RegionVerdict'>);
  }

  /** One pass of the reconcilers of all regions, at this moment. */
  async reconcile(): Promise<void> {
    for (const region of this.world.regions.values()) await this.run(region.reconcile());
  }

  /** Cache and region as they are named in `wrongCaches`. */
  cacheName(region: number, service: number): string {
    return `${at(this.regions, region)}/${this.service(service)}`;
  }

  async #revertRecord(changeId: string): Promise<ChangeRecord | undefined> {
    const [cause] = [...this.#flagKeys].filter(([id]) => changeId === `revert-${id}`);
    if (cause === undefined) return undefined;
    const { flagKey, revertOrder } = await this.recordOf(cause[0]);
    return revertOrder === undefined ? undefined : this.record(flagKey, revertOrder);
  }
}

/** Events about one region's part in a change. */
const perRegion: ReadonlySet<string> = new Set(['ChangePublished', 'RegionVerdict']);
const AUDIT_LAG_MS = 5_000;

const at = (names: readonly string[], index: number): string => {
  const name = names[index];
  if (name === undefined) throw new RangeError(`this world has ${names.length} of them, none at ${index}`);
  return name;
};

const orderOf = (envelope: Envelope | null | undefined): Order | null =>
  envelope ? { epoch: envelope.epoch, revision: envelope.revision } : null;

/** Builds a world under a virtual clock, loads all its caches and starts its schedules. The same seed is the same run. */
export const startWorld = async ({
  regions = 3,
  services = 4,
  standby = false,
  topology = sliceOf(regions, services, standby),
  seed = 1,
  latency = 'none',
  disorder,
  limits,
  yieldMs,
  instrument,
  schedules = true,
  portsOf,
  policy,
  directory,
  upstream,
  environment,
  wiring,
  keeping,
  scheduler = new VirtualScheduler(yieldMs === undefined ? {} : { random: new SeededRandom(seed + 1_000_000) }),
}: TestWorldOptions = {}): Promise<TestWorld> => {
  const random = new SeededRandom(seed);
  const log = new RecordingLogger();
  const world = createWorld({
    topology,
    scheduler,
    random,
    latency: latency === 'modelled' ? modelledLatency(random) : noLatency,
    log,
    ...(disorder === undefined ? {} : { disorder }),
    ...(limits === undefined ? {} : { limits }),
    ...(yieldMs === undefined ? {} : { yields: { longestMs: yieldMs } }),
    ...(instrument === undefined ? {} : { instrument }),
    ...(portsOf === undefined ? {} : { portsOf }),
    ...(policy === undefined ? {} : { policy }),
    ...(directory === undefined ? {} : { directory }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(environment === undefined ? {} : { environment }),
    ...(wiring === undefined ? {} : { wiring }),
    keeping,
  });
  await scheduler.run(world.load());
  if (schedules) world.startSchedules();
  return new TestWorld(world, scheduler, log, topology);
};
