import { UnavailableError } from '@flaghoist/core/errors';
import {
  type AuditDocument,
  type AuditIndex,
  type AuditQuery,
  type AuditWriteResult,
  isIndexable,
  type TrailPage,
  type TrailPlace,
  type TrailQuery,
} from '@flaghoist/core/ports/audit-index';
import type { JournalRow, TrailStorage } from './journal.ts';

/** What the index answers for one document instead of creating it. */
export interface ItemFailure {
  readonly retryable: boolean;
  readonly reason: string;
}

/** A document with the fields that searches filter on beside its text. */
interface Entry {
  readonly id: string;
  readonly type: string;
  readonly flagKey: string | undefined;
  readonly changeId: string | undefined;
  readonly at: number;
  readonly text: string;
}

const documentOf = ({ text }: Entry): AuditDocument => JSON.parse(text);

const byPlace = (a: TrailPlace, b: TrailPlace): number => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * The audit trail. Documents are stored as JSON text, created once and never changed: in memory, or, where there is a
 * storage, on its disk alone.
 */
export class InMemoryAuditIndex implements AuditIndex {
  readonly #storage: { readonly region: string; readonly storage: TrailStorage } | undefined;
  readonly #entries = new Map<string, Entry>();
  #down = false;
  #failureOf: (document: AuditDocument) => ItemFailure | undefined = () => undefined;

  /** @param kept where the trail of a region outlives the process */
  constructor(kept?: { readonly region: string; readonly storage: TrailStorage }) {
    this.#storage = kept;
  }

  get size(): number {
    return this.#entries.size + (this.#storage?.storage.kept.count() ?? 0);
  }

  /** @throws FlaghoistError, retryable, when the storage takes nothing */
  async create(documents: readonly AuditDocument[]): Promise<readonly AuditWriteResult[]> {
    this.#assertUp();
    const results = documents.map((document) => this.#createOne(document));
    if (this.#storage === undefined) return results;
    const { region, storage } = this.#storage;
    const rows = documents.flatMap((document, place): JournalRow[] =>
      results[place]?.status === 'created' ? [{ kind: 'document', region, document }] : [],
    );
    // Here only until they are on the disk: the same document may come again meanwhile.
    const forget = (): void => {
      for (const { id } of documents) this.#entries.delete(id);
    };
    if (rows.length === 0) await storage.journal.settled();
    else await storage.journal.append(rows, { applied: forget, dropped: forget });
    return results;
  }

  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    this.#assertUp();
    return new Set(ids.filter((id) => this.#has(id)));
  }

  async search(query: AuditQuery): Promise<readonly AuditDocument[]> {
    this.#assertUp();
    if (this.#storage !== undefined) return this.#storage.storage.kept.search(query);
    // Stable: what happened at the same millisecond stays in the order in which it was written.
    return this.#about(query)
      .sort((a, b) => a.at - b.at)
      .map(documentOf);
  }

  async newest(query: TrailQuery, page: TrailPage): Promise<readonly AuditDocument[]> {
    this.#assertUp();
    if (this.#storage !== undefined) return this.#storage.storage.kept.newest(query, page);
    const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = query;
    const { limit, before } = page;
    return this.#about(query)
      .filter(({ at }) => at >= since && at <= until)
      .filter((entry) => before === undefined || byPlace(entry, before) < 0)
      .sort(byPlace)
      .slice(-limit)
      .map(documentOf);
  }

  #about({ flagKey, changeId, type }: AuditQuery): Entry[] {
    const found: Entry[] = [];
    for (const entry of this.#entries.values()) {
      if (flagKey !== undefined && entry.flagKey !== flagKey) continue;
      if (changeId !== undefined && entry.changeId !== changeId) continue;
      if (type !== undefined && entry.type !== type) continue;
      found.push(entry);
    }
    return found;
  }

  /** From now on the index cannot be reached. */
  takeDown(): void {
    this.#down = true;
  }

  bringUp(): void {
    this.#down = false;
  }

  /** From now on documents for which `failureOf` names a failure are not created, while the others of their bulk are. */
  failItems(failureOf: (document: AuditDocument) => ItemFailure | undefined): void {
    this.#failureOf = failureOf;
  }

  #createOne(document: AuditDocument): AuditWriteResult {
    const { id, type, flagKey, changeId, at } = document;
    const failure = this.#failureOf(document);
    if (failure !== undefined) return { id, status: 'failed', ...failure };
    if (!isIndexable(id)) return { id, status: 'failed', retryable: false, reason: 'id is too long' };
    if (this.#has(id)) return { id, status: 'exists' };
    this.#entries.set(id, { id, type, flagKey, changeId, at, text: JSON.stringify(document) });
    return { id, status: 'created' };
  }

  #has(id: string): boolean {
    return this.#entries.has(id) || this.#storage?.storage.kept.has(id) === true;
  }

  #assertUp(): void {
    if (this.#down) {
      throw new UnavailableError('the audit index', 'Events wait in their queue until it is back.');
    }
  }
}
