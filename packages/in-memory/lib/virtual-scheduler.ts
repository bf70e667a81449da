import type { Random } from '@flaghoist/core/ports/random';
import type { ScheduledTask, Scheduler } from './scheduler.ts';
import { TaskHeap, type Work } from './task-heap.ts';

const DEFAULT_START = Date.UTC(2026, 0, 1);
const DEFAULT_LIMIT_MS = 3_600_000;

interface Limit {
  /** Virtual milliseconds after which to give up; an hour unless told otherwise. */
  limitMs?: number;
}

/**
 * Resolves when no promise has anything left to do: Node runs its tick queue only when the microtask queue is empty. It
 * needs no turn of the event loop, so a virtual world does not wait for real I/O either, and must not use any.
 */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/**
 * Time that passes only when told to. Tasks run one by one in the order of their due times, and all promises that a task
 * touched are settled before the next one starts: the same seed gives the same run, whatever the machine does.
 */
export class VirtualScheduler implements Scheduler {
  readonly #heap: TaskHeap;
  #time: number;
  #driving = false;
  #failures: unknown[] = [];

  /**
   * @param options.startAt epoch milliseconds; the start of 2026 unless told otherwise
   * @param options.random decides between tasks that are due at the same moment; without it they run as they were scheduled
   */
  constructor({ startAt = DEFAULT_START, random }: { startAt?: number; random?: Random } = {}) {
    this.#heap = new TaskHeap(random);
    this.#time = startAt;
  }

  /** Whole epoch milliseconds, as the wall clock gives them. */
  now(): number {
    return Math.floor(this.#time);
  }

  /** How many tasks wait. */
  get waiting(): number {
    return this.#heap.size;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(ms, resolve);
    });
  }

  schedule(delayMs: number, task: Work): ScheduledTask {
    if (!(delayMs >= 0)) throw new RangeError(`a delay is 0 or more milliseconds, not ${delayMs}`);
    return this.#heap.add(this.#time + delayMs, task);
  }

  /**
   * Lets time pass and runs what falls due.
   *
   * @throws what a task threw, at once; the tasks after it still wait
   */
  advance(ms: number): Promise<void> {
    return this.#drive(async () => {
      const until = this.#time + ms;
      while (await this.#step(until));
      this.#time = until;
    });
  }

  /** @throws when nothing is left to run, or the limit has passed, and the predicate still does not hold */
  runUntil(predicate: () => boolean, { limitMs = DEFAULT_LIMIT_MS }: Limit = {}): Promise<void> {
    return this.#drive(async () => {
      const until = this.#time + limitMs;
      while (!predicate()) {
        if (await this.#step(until)) continue;
        if (predicate()) return;
        throw new Error(`not reached within ${limitMs} virtual ms: ${this.#heap.size} tasks wait`);
      }
    });
  }

  /** Runs until nothing waits. @throws when something still does after the limit */
  runUntilIdle({ limitMs = DEFAULT_LIMIT_MS }: Limit = {}): Promise<void> {
    return this.#drive(async () => {
      const until = this.#time + limitMs;
      while (await this.#step(until));
      if (this.#heap.size > 0) throw new Error(`not idle after ${limitMs} virtual ms: ${this.#heap.size} tasks wait`);
    });
  }

  /** Lets time pass until a promise is settled, and gives back its value. For code under test that sleeps. */
  async run<T>(promise: Promise<T>, limit: Limit = {}): Promise<T> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    await this.runUntil(() => done, limit);
    return promise;
  }

  /** @returns whether a task was due by then, and ran */
  async #step(until: number): Promise<boolean> {
    const next = this.#heap.take(until);
    if (next === undefined) return false;
    if (next.dueAt > this.#time) this.#time = next.dueAt;
    this.#begin(next.work);
    await this.#settle();
    return true;
  }

  #begin(work: Work): void {
    try {
      // A task may wait for a later one, so its end is not awaited; its failure is kept for whoever drives.
      work()?.catch((error: unknown) => this.#failures.push(error));
    } catch (error) {
      this.#failures.push(error);
    }
  }

  async #settle(): Promise<void> {
    await settled();
    if (this.#failures.length > 0) throw this.#failures.shift();
  }

  async #drive(run: () => Promise<void>): Promise<void> {
    if (this.#driving) throw new Error('virtual time is driven from one place at a time');
    this.#driving = true;
    try {
      // What was started from outside may be about to schedule something.
      await this.#settle();
      await run();
    } finally {
      this.#driving = false;
    }
  }
}
