import type { Clock } from '@flaghoist/core/ports/clock';

/** What a call gives within so many milliseconds; `undefined` when it takes longer, or fails. It is not stopped. */
export const createWithin =
  (clock: Clock) =>
  async <T>(ms: number, call: Promise<T>): Promise<T | undefined> =>
    ms <= 0 ? undefined : Promise.race([call.catch(() => undefined), clock.sleep(ms).then(() => undefined)]);
