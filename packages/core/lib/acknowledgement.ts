import * as z from 'zod/mini';
import { type ApplyOutcome, applyOutcomes } from './compare-and-set.ts';
import { type Order, orderSchema } from './order.ts';

/**
 * One line in a region's shared log group for each message that met a cache. Evidence beside the cache, never instead
 * of it. `heldOrder` and `heldDigest` are re-read by the script after writing.
 */
export const acknowledgementSchema = z.object({
  event: z.literal('flag.acknowledged'),
  observer: z.enum(['updater', 'service']),
  region: z.string(),
  service: z.string(),
  flagKey: z.string(),
  changeId: z.string(),
  outcome: z.enum(applyOutcomes),
  heldOrder: orderSchema,
  heldDigest: z.string(),
  messageOrder: orderSchema,
  /** Milliseconds from acceptance to this line. */
  ageMs: z.number(),
  /** Epoch milliseconds. */
  at: z.int(),
});
export type Acknowledgement = z.output<typeof acknowledgementSchema>;

/** What a line says of a cache that does not hold the change: it acknowledges nothing, and the summary leaves it out. */
export const notHolding: readonly ApplyOutcome[] = ['conflict', 'applied-incomplete'];

/** A row of the summary query: the highest order that the lines of a window show for a flag in a service's cache. */
export interface AcknowledgementRow {
  readonly flagKey: string;
  readonly service: string;
  readonly heldOrder: Order;
}
