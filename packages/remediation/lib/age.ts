/** Longer ago, nobody knows what drifts by now. */
const KEPT_MS = 86_400_000;

/**
 * How far two clocks may be apart of which AWS has just taken signed requests: it refuses those that are five minutes off, of S3
 * fifteen. Which of plan and apply came first the record says, and no clock.
 */
const APART_MS = 900_000;

/** Epoch milliseconds. */
export const isTooOld = (plannedAt: number, now: number): boolean => now - plannedAt >= KEPT_MS;

/** Whether a plan was made so much later than now that a clock is wrong, and its age unknown. Epoch milliseconds. */
export const isOfTheFuture = (plannedAt: number, now: number): boolean => plannedAt - now > APART_MS;
