import type { Clock } from '@flaghoist/core/ports/clock';

/** The wall clock, in whole milliseconds. Somebody may set it, so it can run backwards. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};
