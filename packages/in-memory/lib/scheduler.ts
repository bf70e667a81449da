import type { Clock } from '@flaghoist/core/ports/clock';

export interface ScheduledTask {
  /** Takes the task off the schedule; without effect once it has begun. */
  cancel(): void;
}

/**
 * A clock that also starts work later. Every delay of the in-memory services goes through it, so that a world runs under the
 * wall clock or a virtual one without knowing which.
 */
export interface Scheduler extends Clock {
  /**
   * Runs a task after a delay. Tasks due at the same millisecond run in the order in which they were scheduled.
   *
   * @param delayMs milliseconds, 0 or more
   */
  schedule(delayMs: number, task: () => void | Promise<void>): ScheduledTask;
}
