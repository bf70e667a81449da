const origin = performance.timeOrigin;

/**
 * Epoch milliseconds with fractions. Never runs backwards, unlike the wall clock, which may be set; for the same reason the
 * two drift apart in a process that runs for long or is frozen between calls, as a Lambda is.
 */
export const preciseNow = (): number => origin + performance.now();
