import type { ChangeState } from '../../lib/change.ts';
import type { Held } from '../../lib/compare-and-set.ts';
import type { Complaint } from '../../lib/complaint.ts';
import type { Envelope } from '../../lib/envelope.ts';
import type { Order } from '../../lib/order.ts';
import {
  at,
  type Cache,
  envelopeAt,
  type Model,
  REGIONS,
  SERVICES,
  stateOfRegion,
  stateOfService,
  type VerdictMessage,
} from './world.ts';

/** What the explorer looks for. The message says which promise was broken, and by what. */
export class BrokenPromise extends Error {
  readonly promise: Promised;

  constructor(promise: Promised, detail: string) {
    super(`${promise}: ${detail}`);
    this.promise = promise;
  }
}

export type Promised =
  | 'no false OK'
  | 'no false acknowledgement'
  | 'no kill is undone'
  | 'a revert takes back one change'
  | 'one dead cache takes back at most one change'
  | 'known good is proven'
  | 'known good was never taken back'
  | 'known good never goes back'
  | 'a proof is never unsaid'
  | 'final states are final'
  | 'every change is concluded'
  | 'no cache goes back'
  | 'healthy caches end on CURRENT'
  | 'revisions are contiguous'
  | 'the hash chain holds';

const broken = (promise: Promised, detail: string): never => {
  throw new BrokenPromise(promise, detail);
};

interface Snapshot {
  readonly from: number;
  readonly held: Held | null;
  readonly hasManifest: boolean;
  readonly intact: boolean;
}

/**
 * What really happened, kept beside the model and judged in its own words: nothing here asks the functions under
 * exploration.
 */
export class Truth {
  /** Grows with every step of the history. */
  tick = 0;
  private readonly snapshots = new Map<string, Snapshot[]>();
  private readonly acceptedAt: number[] = [];
  /** Per revision, whether it was verified when its successor was accepted. */
  private readonly verifiedAtSuccession: boolean[] = [];
  /** The last tick at which a region or service was seen not serving. */
  private readonly awayAt = new Map<string, number>();
  /** The caches that have taken back a change. */
  private readonly tookBack = new Set<string>();

  /** Per revision, the regions whose "consistent" home has taken. */
  private readonly proven = new Map<number, Set<string>>();

  serving(world: Model): void {
    for (const name of REGIONS) if (stateOfRegion(world, name) !== 'serving') this.awayAt.set(name, this.tick);
    for (const name of SERVICES) if (stateOfService(world, name) !== 'serving') this.awayAt.set(name, this.tick);
  }

  wasAwaySince(name: string, revision: number): boolean {
    return (this.awayAt.get(name) ?? -1) >= at(this.acceptedAt, revision - 1);
  }

  cacheChanged(_world: Model, { region, service, held, hasManifest, intact }: Cache): void {
    const key = `${region}/${service}`;
    const snapshots = this.snapshots.get(key) ?? [];
    const before = snapshots.at(-1)?.held;
    if (before && held && held.order.revision < before.order.revision) {
      broken('no cache goes back', `${key} went from ${before.order.revision} to ${held.order.revision}`);
    }
    snapshots.push({ from: this.tick, held, hasManifest, intact });
    this.snapshots.set(key, snapshots);
  }

  /** A cache says that it holds a message's order, or a later one. */
  acknowledged(_world: Model, { service, held, hasManifest }: Cache, incoming: Held): void {
    const holds =
      held !== null &&
      hasManifest &&
      (held.order.revision > incoming.order.revision ||
        (held.order.revision === incoming.order.revision && held.digest === incoming.digest));
    if (!holds) broken('no false acknowledgement', `${service} for ${incoming.order.revision}`);
  }

  appended(world: Model, envelope: Envelope): void {
    const previous = world.revisions.at(-1);
    if (envelope.revision !== world.revisions.length + 1) {
      broken('revisions are contiguous', `${envelope.revision} after ${world.revisions.length}`);
    }
    if (envelope.previousEnvelopeDigest !== (previous?.envelopeDigest ?? null)) {
      broken('the hash chain holds', `at ${envelope.revision}`);
    }
    this.checkKills(world, envelope);
    this.acceptedAt.push(this.tick);
    if (previous !== undefined) this.verifiedAtSuccession.push(world.records.at(-1)?.state === 'verified');
  }

  reverted(world: Model, revert: Envelope, judged: Envelope, blame: Complaint): void {
    const survivor = survivors(world).findLast(({ revision }) => revision < judged.revision);
    const bringsBack = JSON.stringify(revert.document) === JSON.stringify(survivor?.document ?? null);
    const sameAudience = JSON.stringify(revert.audience) === JSON.stringify(survivor?.audience);
    if (!bringsBack || (revert.document !== null && !sameAudience)) {
      broken('a revert takes back one change', `${revert.revision} is not ${survivor?.revision ?? 'nothing'} again`);
    }

    const culprits = blame.services.map((service) => `${blame.region}/${service}`);
    if (culprits.every((culprit) => this.tookBack.has(culprit))) {
      broken('one dead cache takes back at most one change', `${culprits.join(', ')} took back ${judged.revision} too`);
    }
    for (const culprit of culprits) this.tookBack.add(culprit);
  }

  /** Nothing but an author's restore or creation that still stands switches a killed or archived flag on again. */
  private checkKills(world: Model, envelope: Envelope): void {
    const last = [...world.revisions, envelope].findLast(
      ({ kind, revision }) =>
        kind === 'killed' ||
        kind === 'archived' ||
        ((kind === 'created' || kind === 'restored') && world.records[revision - 1]?.state !== 'rolled-back'),
    );
    if (last === undefined || last.kind === 'created' || last.kind === 'restored' || envelope.document === null) return;
    const { defaultVariant, targeting } = envelope.document;
    if (last.kind === 'archived' || defaultVariant !== 'off' || targeting !== undefined) {
      broken(
        'no kill is undone',
        `${envelope.revision} (${envelope.kind}) is live after ${last.revision} (${last.kind})`,
      );
    }
  }

  /** Home takes an answer. */
  heard({ revision, region, verdict }: VerdictMessage): void {
    if (verdict === 'consistent') this.proven.set(revision, (this.proven.get(revision) ?? new Set()).add(region));
  }

  decided(world: Model, revision: number, from: ChangeState, to: ChangeState, blamed?: string): void {
    if (from !== 'accepted' && !(from === 'unverified' && to === 'verified')) {
      broken('final states are final', `${revision} went from ${from} to ${to}`);
    }
    if (to === 'verified') {
      this.checkProven(world, revision, 'no false OK');
      return;
    }
    const proven = this.proven.get(revision);
    if (blamed !== undefined && proven?.has(blamed)) {
      broken('a proof is never unsaid', `${blamed} had proven ${revision}, and ended it as ${to}`);
    }
    if (envelopeAt(world, revision).regions.every((region) => proven?.has(region))) {
      broken('a proof is never unsaid', `all regions had proven ${revision}, and it ended as ${to}`);
    }
  }

  knownGoodMoved(world: Model, revision: number, previous: Order | null): void {
    if (previous !== null && previous.revision >= revision) broken('known good never goes back', `to ${revision}`);
    if (at(world.records, revision - 1).state === 'rolled-back') {
      broken('known good was never taken back', `${revision}`);
    }
    this.checkProven(world, revision, 'known good is proven');
  }

  /** Each cache that had to was seen holding the change, or a later one, at some moment since it was accepted. */
  private checkProven(world: Model, revision: number, promise: Promised): void {
    const change = envelopeAt(world, revision);
    for (const region of change.regions) {
      if (this.wasAwaySince(region, revision)) continue;
      for (const service of this.concerned(world, change)) {
        if (this.wasAwaySince(service, revision)) continue;
        if (!this.held(world, `${region}/${service}`, change, service)) {
          broken(promise, `${revision} was never in the cache of ${service} in ${region}`);
        }
      }
    }
  }

  /** Whoever is to serve the change, and whoever served the flag since the last verified revision before it. */
  private concerned(world: Model, change: Envelope): Set<string> {
    const concerned = new Set(namesIn(world, change, change));
    for (let { revision } = change; revision > 1; revision -= 1) {
      const before = envelopeAt(world, revision - 1);
      for (const name of namesIn(world, before, envelopeAt(world, revision))) concerned.add(name);
      if (this.verifiedAtSuccession[before.revision - 1]) break;
    }
    return concerned;
  }

  private held(world: Model, key: string, change: Envelope, service: string): boolean {
    const snapshots = this.snapshots.get(key) ?? [];
    const since = at(this.acceptedAt, change.revision - 1);
    const leaves = change.document === null || !(change.audience === '*' || change.audience.includes(service));
    return snapshots.some(({ held, hasManifest, intact }, index) => {
      const until = snapshots[index + 1]?.from ?? this.tick;
      if (until < since || held === null || !hasManifest || !intact) return false;
      const { revision } = held.order;
      if (revision >= change.revision) return held.digest === world.revisions[revision - 1]?.envelopeDigest;
      // After a revert a cache that the reverted change never reached serves the right thing already.
      const serves = leaves ? held.tombstone : !held.tombstone && held.documentDigest === change.documentDigest;
      return change.kind === 'rolled-back' && serves;
    });
  }
}

/** The services that a revision names, as the topology of another one knows them. */
const namesIn = (world: Model, { audience }: Envelope, { topologyVersion }: Envelope): readonly string[] =>
  audience === '*' ? (world.topologies.get(topologyVersion)?.services.map(({ name }) => name) ?? []) : audience;

/** The authors' changes that were not taken back. */
const survivors = (world: Model): Envelope[] =>
  world.revisions.filter(
    ({ kind, revision }) => kind !== 'rolled-back' && world.records[revision - 1]?.state !== 'rolled-back',
  );

type Watched = Model & { readonly truth: Truth };

/** After a quiet end: nothing is left undecided, and every healthy cache serves CURRENT. */
export const checkEnd = (world: Watched): void => {
  const current = world.revisions.at(-1);
  if (current === undefined) return;
  for (const { order, state, regions } of world.records) {
    const { revision } = order;
    if (state === 'accepted') broken('every change is concluded', `${revision} is still ${state}`);
    if (state === 'unverified' && !mayStayUnverified(world, revision, regions)) {
      broken('every change is concluded', `${revision} is unverified although nothing is silent`);
    }
  }
  for (const { name, state } of world.topology.regions) {
    if (state !== 'serving') continue;
    for (const cache of world.regions.get(name)?.caches.values() ?? []) checkServes(cache, current);
  }
};

const checkServes = (cache: Cache, current: Envelope): void => {
  const { fault, held, hasManifest, intact, region, service } = cache;
  if (fault !== null) return;
  const member = current.audience === '*' || current.audience.includes(service);
  const right = member
    ? held?.digest === current.envelopeDigest && held.tombstone === (current.document === null) && intact
    : held === null || held.tombstone;
  if (!right || !hasManifest) {
    broken('healthy caches end on CURRENT', `${service} in ${region} holds ${held?.order.revision ?? 'nothing'}`);
  }
};

/** Something is broken still, or somebody left meanwhile and will not answer any more. */
const mayStayUnverified = (world: Watched, revision: number, regions: readonly string[]): boolean =>
  [...world.regions.values()].some(({ caches }) => [...caches.values()].some(({ fault }) => fault !== null)) ||
  regions.some((region) => world.truth.wasAwaySince(region, revision)) ||
  SERVICES.some((name) => world.truth.wasAwaySince(name, revision));
