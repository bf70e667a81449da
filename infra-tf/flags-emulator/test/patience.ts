import { systemClock } from '@flaghoist/system/clock';

/**
 * Far beyond what anything here takes: who waits so long has found a failure, not a slow machine. What an attempt loses comes back
 * after the visibility of its queue, which is three minutes for the audit trail and six for loads.
 */
const LONGEST_MS = 600_000;
const PAUSE_MS = 100;

/**
 * Looks again and again until there is something to see.
 * @param look gives what is waited for, or `undefined`
 * @param instead tells what there is when it never comes
 * @throws Error naming what did not come
 */
export const eventually = async <Seen>(
  what: string,
  look: () => Promise<Seen | undefined> | Seen | undefined,
  instead: () => unknown = () => undefined,
): Promise<Seen> => {
  const end = systemClock.now() + LONGEST_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (systemClock.now() > end)
      throw new Error(`${what}: not within ${LONGEST_MS / 1000} s; ${JSON.stringify(await instead())}`);
    await systemClock.sleep(PAUSE_MS);
  }
};
