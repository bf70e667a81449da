import type { Random } from '@flaghoist/core/ports/random';
import type { ScheduledTask } from './scheduler.ts';

export type Work = () => void | Promise<void>;

const DONE: Work | undefined = undefined;
const MIN_DEAD_TO_COMPACT = 1024;

/** A task on a schedule. Of those of one moment the lowest `sequence` is first. `work` is gone once it was cancelled or taken. */
class Entry implements ScheduledTask {
  readonly dueAt: number;
  readonly sequence: number;
  work: Work | undefined;
  readonly #onCancel: () => void;

  constructor(dueAt: number, sequence: number, work: Work, onCancel: () => void) {
    this.dueAt = dueAt;
    this.sequence = sequence;
    this.work = work;
    this.#onCancel = onCancel;
  }

  cancel(): void {
    if (this.work === DONE) return;
    this.work = DONE;
    this.#onCancel();
  }
}

const comesFirst = (a: Entry, b: Entry): boolean =>
  a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.sequence < b.sequence);

/**
 * A binary min-heap of tasks by due time, then by order of scheduling. Cancelled ones stay as empty entries until they
 * come up or outnumber the living: timeouts are nearly always cancelled, and must then cost no memory for their whole span.
 */
export class TaskHeap {
  #entries: Entry[] = [];
  readonly #random: Random | undefined;
  #sequence = 0;
  #dead = 0;

  /** @param random decides between tasks that are due at the same moment; without it, who came first */
  constructor(random?: Random) {
    this.#random = random;
  }

  /** How many tasks wait. */
  get size(): number {
    return this.#entries.length - this.#dead;
  }

  add(dueAt: number, work: Work): ScheduledTask {
    const entry = new Entry(dueAt, this.#random?.next() ?? this.#sequence++, work, this.#buried);
    this.#entries.push(entry);
    this.#rise(this.#entries.length - 1);
    return entry;
  }

  /** When the next task is due; `undefined` when none waits. */
  nextDueAt(): number | undefined {
    this.#dropDead();
    return this.#entries[0]?.dueAt;
  }

  /** Takes the next task, if it is due by then. */
  take(dueBy: number): { readonly dueAt: number; readonly work: Work } | undefined {
    this.#dropDead();
    const entry = this.#entries[0];
    if (entry?.work === undefined || entry.dueAt > dueBy) return undefined;
    const { work, dueAt } = entry;
    entry.work = DONE;
    this.#removeFirst();
    return { dueAt, work };
  }

  clear(): void {
    for (const entry of this.#entries) entry.work = DONE;
    this.#entries = [];
    this.#dead = 0;
  }

  /** A field, so that no entry needs a function of its own. */
  readonly #buried = (): void => {
    this.#dead += 1;
    if (this.#dead < MIN_DEAD_TO_COMPACT || this.#dead * 2 < this.#entries.length) return;
    // Sorted is a heap too.
    this.#entries = this.#entries.filter(({ work }) => work !== DONE).sort((a, b) => (comesFirst(a, b) ? -1 : 1));
    this.#dead = 0;
  };

  #dropDead(): void {
    while (this.#dead > 0 && this.#entries[0]?.work === DONE) {
      this.#removeFirst();
      this.#dead -= 1;
    }
  }

  #removeFirst(): void {
    const last = this.#entries.pop();
    if (last === undefined || this.#entries.length === 0) return;
    this.#entries[0] = last;
    this.#sink();
  }

  #rise(from: number): void {
    const entries = this.#entries;
    const entry = entries[from] as Entry;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = entries[above] as Entry;
      if (!comesFirst(entry, parent)) break;
      entries[at] = parent;
      at = above;
    }
    entries[at] = entry;
  }

  #sink(): void {
    const entries = this.#entries;
    const entry = entries[0] as Entry;
    const half = entries.length >> 1;
    let at = 0;
    while (at < half) {
      let below = 2 * at + 1;
      const right = entries[below + 1];
      if (right !== undefined && comesFirst(right, entries[below] as Entry)) below += 1;
      const child = entries[below] as Entry;
      if (!comesFirst(child, entry)) break;
      entries[at] = child;
      at = below;
    }
    entries[at] = entry;
  }
}
