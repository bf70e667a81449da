import * as z from 'zod/mini';
import { type Order, orderSchema } from './order.ts';

export const changeKinds = ['created', 'updated', 'archived', 'killed', 'restored', 'rolled-back'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** The kinds that an author may propose; only the rollback function writes `rolled-back`. */
export const proposableKinds = ['created', 'updated', 'archived', 'killed', 'restored'] as const;
export type ProposableKind = (typeof proposableKinds)[number];

/**
 * What happens when a cache does not hold the change (rule 15). A kill, an archive and a revert are kept, redelivered
 * and alarmed: taking them back would switch something on again because a cache is broken.
 */
export const onInconsistent: Readonly<Record<ChangeKind, 'revert' | 'hold'>> = {
  created: 'revert',
  updated: 'revert',
  restored: 'revert',
  archived: 'hold',
  killed: 'hold',
  'rolled-back': 'hold',
};

/** What a flag is after a revision. `killed` outlives later updates until a `restored`; `archived` is a tombstone. */
export const flagStates = ['live', 'killed', 'archived'] as const;
export type FlagState = (typeof flagStates)[number];

/** Where a change stands at home. `accepted` is undecided; all others but `unverified` are final. */
export const changeStates = ['accepted', 'verified', 'rolled-back', 'held', 'superseded', 'unverified'] as const;
export type ChangeState = (typeof changeStates)[number];

/** Why a change was held instead of reverted. */
export const holdReasons = [
  'kind',
  'degraded-cache',
  'another-change-between',
  'revert-budget',
  // The revision to go back to no longer meets the standing rules, or is not readable.
  'revert-refused',
  // A live flag would need one that is not there (rule 3).
  'needed-by-others',
] as const;
export type HoldReason = (typeof holdReasons)[number];

/** A flag in need of another one: what a change must not leave behind when that one is gone. */
export const needSchema = z.object({ needing: z.string(), needed: z.string() });
export type Need = z.output<typeof needSchema>;

/**
 * One accepted revision of one flag, by the id of its change as well: two authors may give two changes one id, and a change
 * that is accepted in two epochs has two orders.
 */
export interface ChangeKey {
  readonly changeId: string;
  /** The principal whose proposal it was: a change id is unique for one author only. A revert has none. */
  readonly author?: string | undefined;
  readonly flagKey: string;
  readonly order: Order;
}

/** One accepted change as home keeps it in `changes`. Written with the revision, in one transaction. */
export interface ChangeRecord extends ChangeKey {
  readonly kind: ChangeKind;
  readonly flagState: FlagState;
  readonly state: ChangeState;
  readonly envelopeDigest: string;
  readonly documentDigest: string;
  /** The regions that must prove it: those serving at acceptance. */
  readonly regions: readonly string[];
  readonly topologyVersion: number;
  /** Epoch milliseconds. */
  readonly acceptedAt: number;
  readonly decidedAt?: number | undefined;
  /** Whether it became known good: when it was verified, or when all had proven it that had been held. */
  readonly knownGood?: boolean | undefined;
  /** When it ended unverified, and who had not answered. It stays when the change heals: the trail has both. */
  readonly unverified?: Unverified | undefined;
  /** The change whose failure caused this one (a revert). */
  readonly causeId?: string | undefined;
  /** The principal whose proposal that change was. */
  readonly causeAuthor?: string | undefined;
  readonly holdReason?: HoldReason | undefined;
  /** The epoch in which it was found, long after another home had accepted it in an older one. */
  readonly foundInEpoch?: number | undefined;
  /** When a home found it, or what it says now, in what another one had written: the trail hears of it then. Epoch milliseconds. */
  readonly foundAt?: number | undefined;
  /** The revert that took it back. */
  readonly revertOrder?: Order | undefined;
  /** The region and services whose answer decided it, when it was not verified. */
  readonly blame?: Blame | undefined;
  /** The flags that its revert would have left without what they need. */
  readonly needs?: readonly Need[] | undefined;
  /** When a look first found a cache that held it, as far as home knew when it decided. Epoch milliseconds. */
  readonly seenAt?: number | undefined;
  /** A cache that answers, and fails nothing else, did not hold it; or a region refused it: it is no floor (rule 14). */
  readonly failed?: boolean | undefined;
}

/** A record that somebody else wrote, or broke: what its key says is known, the rest stands for the worst. */
export interface FoundRecord extends ChangeRecord {
  /** What is wrong with it. */
  readonly unreadable?: string;
}

export interface Unverified {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly silentRegions: readonly string[];
}

export interface Blame {
  readonly region: string;
  readonly services: readonly string[];
}

const epochMs = z.int().check(z.gte(0));

export const changeRecordSchema = z.object({
  changeId: z.string(),
  author: z.optional(z.string()),
  flagKey: z.string(),
  order: orderSchema,
  kind: z.enum(changeKinds),
  flagState: z.enum(flagStates),
  state: z.enum(changeStates),
  envelopeDigest: z.string(),
  documentDigest: z.string(),
  regions: z.array(z.string()),
  topologyVersion: z.int(),
  acceptedAt: epochMs,
  decidedAt: z.optional(epochMs),
  knownGood: z.optional(z.boolean()),
  unverified: z.optional(z.object({ at: epochMs, silentRegions: z.array(z.string()) })),
  causeId: z.optional(z.string()),
  causeAuthor: z.optional(z.string()),
  holdReason: z.optional(z.enum(holdReasons)),
  foundInEpoch: z.optional(z.int()),
  foundAt: z.optional(epochMs),
  revertOrder: z.optional(orderSchema),
  blame: z.optional(z.object({ region: z.string(), services: z.array(z.string()) })),
  needs: z.optional(z.array(needSchema)),
  seenAt: z.optional(epochMs),
  failed: z.optional(z.boolean()),
});
