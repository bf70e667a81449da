import type { Clock } from './ports/clock.ts';

/**
 * The wall clock as far as it runs forward: where somebody sets it back, this one goes on from where it was. It says how much time
 * has passed, and no longer what time it is. The machine's own counter of time would stand still while a process or a machine is
 * frozen, and what is served grows old meanwhile.
 */
export const steadyClock = (clock: Pick<Clock, 'now'>): Pick<Clock, 'now'> => {
  let latest = Number.NEGATIVE_INFINITY;
  let setBackMs = 0;
  return {
    now() {
      const now = clock.now();
      if (now + setBackMs < latest) setBackMs = latest - now;
      latest = now + setBackMs;
      return latest;
    },
  };
};
