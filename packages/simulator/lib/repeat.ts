import { isRetryable } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { ScheduledTask, Scheduler } from '@flaghoist/in-memory/scheduler';

interface Every {
  name: string;
  everyMs: number;
  firstMs: number;
  log: Logger;
  /** Takes what a failed run was called with. */
  deadLetters: { send(body: string): void };
}

/**
 * Runs a task again and again, the next time so long after the last one began, but never two at once. A run that fails is
 * reported and ends there, as a scheduled function's does: the next one comes all the same.
 */
export const repeatEvery = (
  scheduler: Scheduler,
  { name, everyMs, firstMs, log, deadLetters }: Every,
  inputs: () => Promise<readonly unknown[]>,
  call: (input: unknown) => Promise<unknown>,
): ScheduledTask => {
  let cancelled = false;
  const once = async (input: unknown): Promise<void> => {
    try {
      await call(input);
    } catch (error) {
      log[isRetryable(error) ? 'warn' : 'error']('scheduled run failed', { name, error });
      deadLetters.send(JSON.stringify({ requestPayload: input, responsePayload: { errorMessage: String(error) } }));
    }
  };
  const run = async (): Promise<void> => {
    if (cancelled) return;
    const nextAt = scheduler.now() + everyMs;
    for (const input of await inputs()) await once(input);
    scheduled = scheduler.schedule(Math.max(0, nextAt - scheduler.now()), run);
  };
  let scheduled = scheduler.schedule(firstMs, run);
  return {
    cancel: () => {
      cancelled = true;
      scheduled.cancel();
    },
  };
};
