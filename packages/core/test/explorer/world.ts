import type { ChangeRecord } from '../../lib/change.ts';
import type { Held } from '../../lib/compare-and-set.ts';
import type { Envelope } from '../../lib/envelope.ts';
import type { Order } from '../../lib/order.ts';
import type { Proof } from '../../lib/proof.ts';
import type { MemberState, Topology } from '../../lib/topology.ts';
import type { Verdict } from '../../lib/verdict.ts';
import type { Rules } from './rules.ts';

export const REGIONS = ['eu-west-1', 'us-east-1', 'us-west-2'] as const;
export const SERVICES = ['billing', 'search'] as const;
export const EPOCH = 1;

/**
 * `unreachable`: nothing gets in or out. `frozen`: it can be read, writes fail and their messages stay queued. `deaf`: it
 * can be read, writes are swallowed.
 */
export type Fault = 'unreachable' | 'frozen' | 'deaf';

export interface Cache {
  readonly region: string;
  readonly service: string;
  fault: Fault | null;
  hasManifest: boolean;
  held: Held | null;
  intact: boolean;
  /** The service's queue: what was published and not taken yet, in any order. */
  queue: Envelope[];
  /** The last reconciler pass found no difference. */
  clean: boolean;
}

/** A region's expectation of one change. */
export interface Row {
  readonly revision: number;
  /** The clock when the row was written. */
  readonly expectedAt: number;
  answer: 'open' | Verdict;
}

export interface Region {
  readonly name: string;
  /** Nothing replicates into it, and nothing can be published to it. */
  cut: boolean;
  /** REVISION items that have not replicated yet. */
  pending: number[];
  /** REVISION items that have. */
  known: Set<number>;
  /** The revision that the replica shows as CURRENT; 0 for none. */
  current: number;
  rows: Map<number, Row>;
  caches: Map<string, Cache>;
  /** The changes that each service's cache has failed. */
  failures: Map<string, Set<number>>;
}

export interface VerdictMessage extends Proof {
  readonly revision: number;
}

/** The model itself, of which `Truth` keeps account. */
export interface Model {
  readonly rules: Rules;
  /** Grows by one with each 20 s that pass: more than a change may be late, and than the reconciler leaves it alone. */
  clock: number;
  topology: Topology;
  readonly topologies: Map<number, Topology>;
  /** Revision n of the one flag is at n - 1. */
  readonly revisions: Envelope[];
  readonly records: ChangeRecord[];
  readonly proofs: Map<string, Proof>[];
  knownGood: Order | null;
  revertsLeft: number;
  /** Verdict events that home has not processed. */
  verdicts: VerdictMessage[];
  readonly regions: Map<string, Region>;
}

export const orderOf = (revision: number): Order => ({ epoch: EPOCH, revision });

export const currentOf = (world: Model): Envelope | undefined => world.revisions.at(-1);

/** Reads what must be there: a hole in the model is not a finding about the rules. */
export const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  if (item === undefined) throw new RangeError(`the model has no item ${index}`);
  return item;
};

export const envelopeAt = (world: Model, revision: number): Envelope => at(world.revisions, revision - 1);

export const stateOfRegion = (world: Model, name: string): MemberState | undefined =>
  world.topology.regions.find((region) => region.name === name)?.state;

export const stateOfService = (world: Model, name: string): MemberState | undefined =>
  world.topology.services.find((service) => service.name === name)?.state;

export const cachesOf = (world: Model): Cache[] => {
  const caches: Cache[] = [];
  for (const region of world.regions.values()) caches.push(...region.caches.values());
  return caches;
};

export const cachesIn = ({ caches }: Region): Cache[] => [...caches.values()];

export const newCache = (region: string, service: string): Cache => ({
  region,
  service,
  fault: null,
  hasManifest: false,
  held: null,
  intact: true,
  queue: [],
  clean: false,
});

/** A region as it is added: DynamoDB has filled its replica, its caches are empty. */
export const newRegion = (world: Model, name: string): Region => ({
  name,
  cut: false,
  pending: [],
  known: new Set(world.revisions.map(({ revision }) => revision)),
  current: world.revisions.length,
  rows: new Map(),
  caches: new Map(world.topology.services.map((service) => [service.name, newCache(name, service.name)])),
  failures: new Map(),
});
