import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';
import { systemClock } from '@flaghoist/system/clock';
import { systemRandom } from '@flaghoist/system/random';

/** Takes its time and its chance from the ports, so that a test can hand it others. */
const pauseJittered = async (
  { clock, random }: { clock: Clock; random: Random },
  longestMs: number,
): Promise<number> => {
  const startedAt = clock.now();
  await clock.sleep(longestMs * random.next());
  return clock.now() - startedAt;
};

/** The wiring of a program, the one place that names the real ones. */
export const pause = (): Promise<number> => pauseJittered({ clock: systemClock, random: systemRandom }, 2);
