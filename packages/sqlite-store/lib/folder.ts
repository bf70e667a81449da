import { mkdirSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { KeptLetter, LetterStorage, TableName, TableStorage, TrailStorage } from '@flaghoist/in-memory/journal';
import type { Scheduler } from '@flaghoist/in-memory/scheduler';
import { numberOf, openForWriting } from './database.ts';
import { DataNotWritableError, dataErrorOf } from './errors.ts';
import { finishRestore } from './in-place.ts';
import { createRowWriter } from './journal-rows.ts';
import { SqliteDocuments } from './kept-documents.ts';
import { SqliteTable } from './kept-table.ts';
import { lock } from './lock.ts';
import { type Notes, notesIn } from './notes.ts';
import { Places } from './places.ts';
import { type SigningKey, signingKeyIn } from './signing-key.ts';
import { SqliteJournal } from './sqlite-journal.ts';

export interface FolderPorts {
  readonly scheduler: Scheduler;
  readonly log: Logger;
}

/** A data folder while this process has it. */
export class DataFolder {
  readonly path: string;
  /** For what an auditor keeps. */
  readonly signingKey: SigningKey;
  readonly #database: DatabaseSync;
  readonly #journal: SqliteJournal;
  readonly #places: Places;
  readonly #giveBack: () => void;
  #lettersGiven: number;
  /** As they were at the first question: a world asks once for each queue, and has thousands. */
  #letters: ReadonlyMap<string, readonly KeptLetter[]> | undefined;

  /**
   * Takes a folder for this process, and makes it where there is none. Nobody else on the machine may read it.
   *
   * @throws DataInUseError, DataDamagedError, DataNewerError, DataKeyError, DataNotWritableError
   */
  constructor(path: string, { scheduler, log }: FolderPorts) {
    this.path = path;
    make(path);
    this.#giveBack = lock(path);
    try {
      finishRestore(path);
      this.#database = openForWriting(path);
      this.#places = new Places(this.#database);
      this.signingKey = signingKeyIn(path);
      this.#lettersGiven = numberOf(this.#database, 'SELECT max(number) FROM letters');
    } catch (error) {
      this.#giveBack();
      throw dataErrorOf(path, error);
    }
    const write = createRowWriter(this.#database, this.#places);
    this.#journal = new SqliteJournal({ database: this.#database, write, folder: path, scheduler, log });
  }

  /** @param keepsRecords whether its stream goes on where it stood */
  table(name: TableName, { keepsRecords }: Pick<TableStorage, 'keepsRecords'>): TableStorage {
    return { kept: this.kept(name), journal: this.#journal, keepsRecords };
  }

  kept(name: TableName): SqliteTable {
    return new SqliteTable(this.#database, this.#places.numberOf(name));
  }

  /** The regions that have a table of this name. */
  regionsOf(table: string): readonly string[] {
    const rows = this.#database.prepare('SELECT region FROM places WHERE name = ? ORDER BY id').all(table);
    return rows.map(({ region }) => String(region));
  }

  trail(region: string): TrailStorage {
    return { kept: new SqliteDocuments(this.#database, region), journal: this.#journal };
  }

  /** @param queue its ARN */
  letters(queue: string): LetterStorage {
    this.#letters ??= lettersIn(this.#database);
    return {
      kept: this.#letters.get(queue) ?? [],
      journal: this.#journal,
      nextNumber: () => {
        this.#lettersGiven += 1;
        return this.#lettersGiven;
      },
    };
  }

  /** What a server keeps for itself, by its kind. */
  notes(kind: string): Notes {
    return notesIn(this.#database, kind, this.path);
  }

  /** Writes what is on its way, and gives the folder back. */
  close(): void {
    this.#journal.flush();
    this.#database.close();
    this.#giveBack();
  }
}

const lettersIn = (database: DatabaseSync): ReadonlyMap<string, readonly KeptLetter[]> => {
  const byQueue = new Map<string, KeptLetter[]>();
  for (const row of database.prepare('SELECT * FROM letters ORDER BY number').all()) {
    const queue = String(row['queue']);
    const letter = { number: Number(row['number']), body: String(row['body']), sentAt: Number(row['sent_at']) };
    byQueue.set(queue, [...(byQueue.get(queue) ?? []), letter]);
  }
  return byQueue;
};

const make = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataNotWritableError(path, 'it cannot be made', error);
  }
};
