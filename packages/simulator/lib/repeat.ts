import { isRetryable } from '@flaghoist/core/errors';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { ScheduledTask, Scheduler } from '@flaghoist/in-memory/scheduler';

interface Every {
  name: string;
  everyMs: number;
  firstMs: number;
  log: Logger;
}

/**
 * Runs a task again and again, the next time so long after the last one began, but never two at once. A run that fails is
 * told and ends there, as a scheduled function's does: the next one comes all the same.
 */
export const repeatEvery = (
  scheduler: Scheduler,
  { name, everyMs, firstMs, log }: Every,
  task: () => Promise<unknown>,
): ScheduledTask => {
  let cancelled = false;
  const run = async (): Promise<void> => {
    if (cancelled) return;
    const nextAt = scheduler.now() + everyMs;
    try {
      await task();
    } catch (error) {
      log[isRetryable(error) ? 'warn' : 'error']('scheduled run failed', { name, error });
    }
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
