import * as z from 'zod/mini';
import { type Evaluator, namedEvaluatorSchema, sameEvaluator } from './evaluator.ts';
import { orderSchema } from './order.ts';
import { parseJson } from './parse.ts';

/** A row that is older belongs to an instance that is gone. Each is written every 5 s. */
const DEAD_AFTER_MS = 15_000;
/** A row that is older may be removed. */
const FORGET_AFTER_MS = 3_600_000;
/** Rows of one service; beyond that the oldest are removed. */
const MAX_ROWS = 1_000;
/** No agent writes a row that is longer: it has ten refusals at most, each of them short. */
const MAX_ROW_CHARACTERS = 32 * 1024;

/** Names an instance among those of its service. It stands in events, which have a limit, and on terminals. */
export const instanceNameSchema = z
  .string()
  .check(z.regex(/^[\x20-\x7e]{1,256}$/, 'must be 1 to 256 printable characters of ASCII, such as the id of a task'));

const epochMs = z.int().check(z.gte(0));

/** What an instance says of itself. A claim and never a proof: whoever may write one row may write all of the cell. */
export const instanceClaimSchema = z.object({
  /** The cache's count of writes, as far as the instance has taken them. */
  sequence: z.int(),
  /** Over what it holds. */
  digest: z.string(),
  /** Epoch milliseconds at which it was said. */
  at: epochMs,
  /** When the cache last had nothing newer; `null`: never. */
  seenAt: z.nullable(epochMs),
  /** Clients that evaluate by themselves. */
  streams: z.int(),
  /** By which it evaluates now. */
  evaluator: z.string(),
  /** Those that it can go over to; left out by agents that know one alone. */
  carries: z.optional(z.array(namedEvaluatorSchema)),
  /** What it could not take, a few of them. */
  refused: z.array(z.object({ flagKey: z.string(), order: orderSchema, reason: z.string() })),
});

export type InstanceClaim = z.output<typeof instanceClaimSchema>;

/** The rows of one service, by the names of its instances, and the count of its cache's writes at that moment. */
export interface InstanceRows {
  readonly sequence: number;
  readonly rows: ReadonlyMap<string, string>;
}

export interface InstanceBehind {
  readonly instance: string;
  /** Since it last had all that the cache had. */
  readonly behindMs: number;
}

export interface Instances {
  readonly alive: number;
  readonly holding: number;
  readonly behind: readonly InstanceBehind[];
  /** Rows that nobody needs any more. */
  readonly gone: readonly string[];
}

/** `null` for a row that no instance writes: of nobody. */
const claimOf = (instance: string, row: string): InstanceClaim | null => {
  if (row.length > MAX_ROW_CHARACTERS || !z.safeParse(instanceNameSchema, instance).success) return null;
  try {
    return parseJson(instanceClaimSchema, row, { what: 'claim of an instance', hint: '' });
  } catch {
    return null;
  }
};

/** A row of the future would never grow old, so it is as old as it is ahead: clocks of tasks may be a little ahead of ours. */
const ageOf = ({ at }: InstanceClaim, now: number): number => Math.abs(now - at);

/** Who of a service's instances is there, and who has all that its cache has. */
export const instancesOf = ({ sequence, rows }: InstanceRows, now: number): Instances => {
  const claims = [...rows].map(([instance, row]) => ({ instance, claim: claimOf(instance, row) }));
  const readable = claims.filter((each): each is { instance: string; claim: InstanceClaim } => each.claim !== null);
  const newest = readable.toSorted((a, b) => ageOf(a.claim, now) - ageOf(b.claim, now));
  const kept = newest.filter(({ claim }, place) => place < MAX_ROWS && ageOf(claim, now) <= FORGET_AFTER_MS);
  const alive = kept.filter(({ claim }) => ageOf(claim, now) <= DEAD_AFTER_MS);
  const behind = alive.filter(({ claim }) => claim.sequence !== sequence);
  const keeps = new Set(kept.map(({ instance }) => instance));
  return {
    alive: alive.length,
    holding: alive.length - behind.length,
    behind: behind.map(({ instance, claim }) => ({
      instance,
      behindMs: Math.max(0, now - (claim.seenAt ?? claim.at)),
    })),
    gone: [...rows.keys()].filter((instance) => !keeps.has(instance)),
  };
};

/** The instances that are alive, and that do not report that they carry an evaluator. */
export const instancesWithout = ({ rows }: InstanceRows, evaluator: Evaluator, now: number): readonly string[] =>
  [...rows].flatMap(([instance, row]) => {
    const claim = claimOf(instance, row);
    if (claim === null || ageOf(claim, now) > DEAD_AFTER_MS) return [];
    return (claim.carries ?? []).some((each) => sameEvaluator(each, evaluator)) ? [] : [instance];
  });

/** Of those that are behind, as many as an event names. */
const NAMED = 10;

/**
 * What the instances of these services claim, all in all. Beside the verdict and never a part of it: a dead or lying task takes
 * no change back.
 *
 * @returns `undefined` where no instance is alive: services without agents have nothing to say
 */
export const claimedInstances = (
  claimed: ReadonlyMap<string, InstanceRows>,
  services: readonly string[],
  now: number,
) => {
  const found = services.flatMap((service) => {
    const rows = claimed.get(service);
    return rows === undefined || rows.rows.size === 0 ? [] : [{ service, ...instancesOf(rows, now) }];
  });
  const sum = (of: 'alive' | 'holding'): number => found.reduce((total, each) => total + each[of], 0);
  if (sum('alive') === 0) return undefined;
  const behind = found.flatMap(({ service, behind: each }) => each.map((one) => ({ service, ...one })));
  const worst = behind.toSorted((a, b) => b.behindMs - a.behindMs).slice(0, NAMED);
  return { alive: sum('alive'), holding: sum('holding'), behind: worst };
};
