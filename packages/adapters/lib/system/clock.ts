import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@flaghoist/core/ports/clock';

/** The wall clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => {
    await delay(ms);
  },
};
