import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Journal, JournalRow, Outcome } from '@flaghoist/in-memory/journal';
import type { Scheduler } from '@flaghoist/in-memory/scheduler';
import { dataErrorOf } from './errors.ts';
import type { RowWriter } from './journal-rows.ts';

export interface SqliteJournalOptions {
  readonly database: DatabaseSync;
  readonly write: RowWriter;
  /** For messages. */
  readonly folder: string;
  readonly scheduler: Scheduler;
  readonly log: Logger;
}

/** What was given to the journal in one call. */
interface Unit {
  readonly rows: readonly JournalRow[];
  readonly applied: () => void;
  /** Without it the unit is tried again until it is written. */
  readonly dropped?: (error: unknown) => void;
}

/** The disk is waited for in at most half of the time. */
const PAUSE_PER_COMMIT = 1;
const LONGEST_PAUSE_MS = 10;
/** Until what nobody waits for is tried again. */
const RETRY_MS = 1_000;

/**
 * The way to the file: one writer, and one transaction for everything that came since the last one (group commit). The
 * longer a transaction takes, the longer the next one collects.
 */
export class SqliteJournal implements Journal {
  readonly #options: SqliteJournalOptions;
  #units: Unit[] = [];
  #isScheduled = false;
  #notBefore = 0;
  #isFailing = false;

  constructor(options: SqliteJournalOptions) {
    this.#options = options;
  }

  append(rows: readonly JournalRow[], { applied, dropped }: Outcome): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#add({
        rows,
        applied: () => {
          applied();
          resolve();
        },
        dropped: (error) => {
          dropped();
          reject(error);
        },
      });
    });
  }

  note(rows: readonly JournalRow[], applied: () => void = () => {}): void {
    this.#add({ rows, applied });
  }

  async settled(): Promise<void> {
    if (this.#units.length > 0) await this.append([], { applied: () => {}, dropped: () => {} });
  }

  /** Writes what is there at once. What cannot be written is dropped. */
  flush(): void {
    const units = this.#units;
    if (units.length === 0) return;
    this.#units = [];
    const { scheduler } = this.#options;
    const startedAt = scheduler.now();
    const error = this.#commit(units);
    const pauseMs = error === undefined ? PAUSE_PER_COMMIT * (scheduler.now() - startedAt) : RETRY_MS;
    this.#notBefore = scheduler.now() + Math.min(pauseMs, LONGEST_PAUSE_MS);
    if (error === undefined) {
      for (const { applied } of units) applied();
      return;
    }
    const lasting = units.filter(({ dropped }) => dropped === undefined);
    for (const { dropped } of units) dropped?.(error);
    this.#units = [...lasting, ...this.#units];
    if (this.#units.length > 0) this.#wakeIn(RETRY_MS);
  }

  #add(unit: Unit): void {
    this.#units.push(unit);
    this.#wakeIn(Math.max(0, this.#notBefore - this.#options.scheduler.now()));
  }

  #wakeIn(delayMs: number): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.scheduler.schedule(delayMs, () => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** @returns what went wrong; nothing was written then */
  #commit(units: readonly Unit[]): unknown {
    const { database, write, folder, log } = this.#options;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const { rows } of units) for (const row of rows) write(row);
      database.exec('COMMIT');
    } catch (cause) {
      // SQLite has rolled back by itself what a full disk interrupted.
      if (database.isTransaction) database.exec('ROLLBACK');
      const error = dataErrorOf(folder, cause);
      if (!this.#isFailing) log.error('data folder takes nothing, no change is accepted', { folder, error });
      this.#isFailing = true;
      return error;
    }
    if (this.#isFailing) log.info('data folder takes writes again', { folder });
    this.#isFailing = false;
    return undefined;
  }
}
