import type { Scheduler } from './scheduler.ts';

export interface Poller {
  poll(): void;
}

/**
 * Lets all event sources of a region that have work poll within one scheduled task. One publish wakes 156 of them: a task
 * each would cost more than some deliveries do.
 */
export class WakeUps {
  readonly #scheduler: Scheduler;
  #due: Poller[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** The caller sees to it that it is not due twice. */
  wake(poller: Poller): void {
    if (this.#due.push(poller) === 1) this.#scheduler.schedule(0, this.#pollAll);
  }

  readonly #pollAll = (): void => {
    const due = this.#due;
    this.#due = [];
    for (const poller of due) poller.poll();
  };
}
