import { compareOrders, type Order } from './order.ts';

/** What a cache says it holds of one flag: the only thing that is compared. */
export interface Held {
  readonly order: Order;
  /** The envelope's digest. */
  readonly digest: string;
  readonly documentDigest: string;
  /** The flag was archived, or the service has left its audience: no live field. */
  readonly tombstone: boolean;
}

/** The outcomes of a compare-and-set, as they stand in the acknowledgement line. */
export const applyOutcomes = [
  'applied',
  'current',
  'stale',
  'conflict',
  'applied-incomplete',
  'departed',
  'repaired',
] as const;
export type ApplyOutcome = (typeof applyOutcomes)[number];

export interface CasOptions {
  /** Whether the cache has a manifest, that is, was ever loaded in full. */
  hasManifest: boolean;
  /** Only the reconciler may overwrite an equal order (rule 12). */
  repair: boolean;
}

export interface CasDecision {
  write: boolean;
  outcome: Exclude<ApplyOutcome, 'departed'>;
}

/**
 * The decision that the Lua script takes in Redis, and that every cache adapter must take the same way (rules 5, 6, 12):
 * a lower order is dropped, an equal one with the same digest is acknowledged again, one with another digest is a
 * conflict and kept as it was, a higher one is written.
 */
export const compareAndSet = (held: Held | null, incoming: Held, { hasManifest, repair }: CasOptions): CasDecision => {
  const ahead = held === null ? 1 : compareOrders(incoming.order, held.order);
  if (ahead < 0) return { write: false, outcome: 'stale' };
  if (ahead === 0 && !repair && held?.digest !== incoming.digest) return { write: false, outcome: 'conflict' };
  const write = ahead > 0 || repair;
  // Whoever writes: until a full load nobody knows what else is missing, so nothing is acknowledged (rule 6).
  if (!hasManifest) return { write, outcome: 'applied-incomplete' };
  if (!write) return { write, outcome: 'current' };
  return { write, outcome: repair ? 'repaired' : 'applied' };
};

/** The outcomes that acknowledge: the cache holds the message's order, or a later one. */
export const acknowledges = (outcome: ApplyOutcome): boolean =>
  outcome === 'applied' || outcome === 'current' || outcome === 'departed' || outcome === 'repaired';
