import { FlaghoistError } from '@flaghoist/core/errors';
import type { World } from '@flaghoist/simulator/world';

/** How long one change may take in all before the demonstration gives up: the protocol concludes after 60 s. */
const PATIENCE_MS = 120_000;
const POLL_MS = 50;

class DemonstrationError extends FlaghoistError {
  readonly code = 'FH_DEMONSTRATION';
}

/** @throws DemonstrationError when it takes too long */
export const within = async <T>(world: World, what: string, promise: Promise<T>): Promise<T> => {
  const late = world.scheduler.sleep(PATIENCE_MS).then(() => {
    throw new DemonstrationError(`${what} did not happen within ${PATIENCE_MS / 1000} s`, {
      hint: 'Run it again with --no-latency; if it still hangs, that is a defect worth reporting.',
      retryable: true,
    });
  });
  return Promise.race([promise, late]);
};

/** Looks again and again until there is something to see. */
export const seen = async <T>(world: World, look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await world.scheduler.sleep(POLL_MS);
  }
};
