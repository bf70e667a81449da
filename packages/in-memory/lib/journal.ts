import type { AuditDocument, AuditQuery, TrailPage, TrailQuery } from '@flaghoist/core/ports/audit-index';
import type { Item, Key, Query } from '@flaghoist/core/storage/write';
import type { StreamRecord } from './table-stream.ts';

/*
 * What a world needs of a disk. Without it everything lives as long as the process; with it nothing is told, shown or read
 * before it is on the disk.
 */

/** An item as it is kept, or the place of one that was deleted. */
export interface Kept extends Key {
  item: Item | undefined;
  /** Since when there is an item. Epoch milliseconds. */
  createdAt: number;
  /** When the item was last written, and in which region: what last-writer-wins compares. */
  timestamp: number;
  region: string;
}

/** One table of one region. */
export interface TableName {
  readonly region: string;
  readonly table: string;
}

/** A message of a queue of dead letters. */
export interface KeptLetter {
  readonly number: number;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

/** What is written to the disk as one. */
export type JournalRow =
  | { readonly kind: 'item'; readonly of: TableName; readonly kept: Readonly<Kept> }
  | { readonly kind: 'record'; readonly of: TableName; readonly shard: number; readonly record: StreamRecord }
  /** All readers of a shard have passed its records up to here. */
  | { readonly kind: 'passed'; readonly of: TableName; readonly shard: number; readonly sequence: number }
  | { readonly kind: 'document'; readonly region: string; readonly document: AuditDocument }
  | { readonly kind: 'letter'; readonly queue: string; readonly letter: KeptLetter }
  | { readonly kind: 'letter-gone'; readonly queue: string; readonly number: number };

/** What becomes of rows. */
export interface Outcome {
  /** They are on the disk. Called before anybody who waits for them goes on. */
  readonly applied: () => void;
  /** They are not, and never will be. */
  readonly dropped: () => void;
}

/** The way to the disk: whatever is written at about the same time goes there together. */
export interface Journal {
  /**
   * @returns once they are on the disk
   * @throws FlaghoistError, retryable, when they could not be written: all of them are dropped
   */
  append(rows: readonly JournalRow[], outcome: Outcome): Promise<void>;
  /** For what has happened already: it is tried again until it is on the disk, and nobody waits. */
  note(rows: readonly JournalRow[], applied?: () => void): void;
  /**
   * Everything appended so far is on the disk.
   *
   * @throws FlaghoistError, retryable, when the last of it was dropped
   */
  settled(): Promise<void>;
}

/** What is kept of one table; what is on its way there is not among it. */
export interface KeptTable {
  get(key: Key): Kept | undefined;
  /**
   * As a table's `query`.
   *
   * @param known what need not be read again
   */
  query(query: Query, known?: (pk: string, sk: string) => Kept | undefined): readonly Kept[];
  /** The items that have an attribute, those with a value from `from` on and before `to` where these are given. */
  having(attribute: string, range?: MarkRange): readonly Kept[];
  /** All partition keys, in the order in which they came. */
  partitionKeys(): readonly string[];
  entries(): Iterable<Kept>;
  /** Records that not all readers have passed, in their order. */
  records(): Iterable<{ readonly shard: number; readonly record: StreamRecord }>;
}

export interface MarkRange {
  readonly from?: string;
  readonly to?: string;
}

/** What is kept of one region's audit trail. */
export interface KeptDocuments {
  has(id: string): boolean;
  count(): number;
  search(query: AuditQuery): readonly AuditDocument[];
  newest(query: TrailQuery, page: TrailPage): readonly AuditDocument[];
}

/** Where one table is kept, and the way there. */
export interface TableStorage {
  readonly kept: KeptTable;
  readonly journal: Journal;
  /** Whether its stream goes on where it stood when the process ended. */
  readonly keepsRecords: boolean;
}

/** Where one region's audit trail is kept, and the way there. */
export interface TrailStorage {
  readonly kept: KeptDocuments;
  readonly journal: Journal;
}

/** Where one queue of dead letters is kept, and the way there. */
export interface LetterStorage {
  readonly kept: readonly KeptLetter[];
  readonly journal: Journal;
  /** One that no letter of any queue has had. */
  readonly nextNumber: () => number;
}
