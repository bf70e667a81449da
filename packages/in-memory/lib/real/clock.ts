const origin = performance.timeOrigin;

/** Epoch milliseconds with fractions. Never runs backwards, unlike the wall clock, which may be set. */
export const preciseNow = (): number => origin + performance.now();
