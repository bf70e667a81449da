import { preciseNow } from '@flaghoist/system/precise-now';
import type { ScheduledTask, Scheduler } from '../scheduler.ts';
import { TaskHeap, type Work } from '../task-heap.ts';

/** Between two batches Node handles its own I/O: sockets answer and progress bars move while a world is busy. */
const BATCH_TASKS = 256;
const BATCH_MS = 5;
/** Node takes anything longer as 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const crash = (error: unknown): void => {
  process.nextTick(() => {
    throw error;
  });
};

interface Options {
  /** Hears what tasks throw. Unless told otherwise the process ends, as with any uncaught error. */
  onError?: (error: unknown) => void;
}

/**
 * The wall clock. All delays share one Node timer; what is due runs in batches, a turn of the event loop each. A world of
 * tens of thousands of deliveries a second costs no timer per message.
 */
export class RealScheduler implements Scheduler {
  readonly #heap = new TaskHeap();
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #timerDueAt = Number.POSITIVE_INFINITY;
  #immediate: NodeJS.Immediate | undefined;
  #keepsProcess = true;
  #closed = false;

  constructor({ onError = crash }: Options = {}) {
    this.#onError = onError;
  }

  /** Whole epoch milliseconds. */
  now(): number {
    return Math.floor(preciseNow());
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(ms, resolve);
    });
  }

  schedule(delayMs: number, task: Work): ScheduledTask {
    if (!(delayMs >= 0)) throw new RangeError(`a delay is 0 or more milliseconds, not ${delayMs}`);
    if (this.#closed) return { cancel: () => {} };
    const dueAt = preciseNow() + delayMs;
    const scheduled = this.#heap.add(dueAt, task);
    if (delayMs === 0) this.#runSoon();
    else if (dueAt < this.#timerDueAt) this.#arm(dueAt);
    return scheduled;
  }

  /** From now on, waiting tasks do not keep the process alive. */
  unref(): void {
    this.#keepsProcess = false;
    this.#timer?.unref();
    this.#immediate?.unref();
  }

  /** Drops all waiting tasks, and all that are scheduled later. Sleepers never wake. */
  close(): void {
    this.#closed = true;
    this.#heap.clear();
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
  }

  #runSoon(): void {
    if (this.#immediate !== undefined) return;
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#runBatch();
    });
    if (!this.#keepsProcess) this.#immediate.unref();
  }

  #arm(dueAt: number): void {
    clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    const delay = Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(dueAt - preciseNow())));
    this.#timer = setTimeout(() => {
      this.#timerDueAt = Number.POSITIVE_INFINITY;
      this.#runBatch();
    }, delay);
    if (!this.#keepsProcess) this.#timer.unref();
  }

  #runBatch(): void {
    const startedAt = preciseNow();
    for (let ran = 0; ran < BATCH_TASKS; ran += 1) {
      const now = preciseNow();
      if (now - startedAt > BATCH_MS) break;
      const next = this.#heap.take(now);
      if (next === undefined) break;
      this.#begin(next.work);
    }
    const nextDueAt = this.#heap.nextDueAt();
    if (nextDueAt === undefined) return;
    if (nextDueAt <= preciseNow()) this.#runSoon();
    else if (nextDueAt < this.#timerDueAt) this.#arm(nextDueAt);
  }

  #begin(work: Work): void {
    try {
      work()?.catch(this.#onError);
    } catch (error) {
      this.#onError(error);
    }
  }
}
