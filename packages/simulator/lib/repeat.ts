import type { ScheduledTask, Scheduler } from '@flaghoist/in-memory/scheduler';

interface Every {
  everyMs: number;
  firstMs: number;
}

/** Runs a task again and again, the next time so long after the last one began, but never two at once. */
export const repeatEvery = (
  scheduler: Scheduler,
  { everyMs, firstMs }: Every,
  task: () => Promise<void>,
): ScheduledTask => {
  let cancelled = false;
  const run = async (): Promise<void> => {
    if (cancelled) return;
    const nextAt = scheduler.now() + everyMs;
    await task();
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
