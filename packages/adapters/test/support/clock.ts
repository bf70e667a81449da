import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';

/** A clock that only its sleepers move. */
export const sleeplessClock = (): Clock & { readonly slept: number[] } => {
  const slept: number[] = [];
  return {
    slept,
    now: () => slept.reduce((sum, ms) => sum + ms, 0),
    sleep: async (ms) => {
      slept.push(ms);
    },
  };
};

export const half: Random = { next: () => 0.5 };
