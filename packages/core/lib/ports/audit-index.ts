/** Of an id, in UTF-8. */
const MAX_ID_BYTES = 512;

/** What an index takes for an id: one that is longer is refused for good. */
export const isIndexable = (id: string): boolean => Buffer.byteLength(id) <= MAX_ID_BYTES;

/** A document of the audit trail. Its id is the event's: writing it twice is one document. */
export interface AuditDocument {
  readonly id: string;
  readonly type: string;
  readonly flagKey?: string | undefined;
  readonly changeId?: string | undefined;
  readonly region: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly detail: Readonly<Record<string, unknown>>;
}

export type AuditWriteResult =
  | { readonly id: string; readonly status: 'created' | 'exists' }
  | { readonly id: string; readonly status: 'failed'; readonly retryable: boolean; readonly reason: string };

export interface AuditQuery {
  readonly flagKey?: string;
  readonly changeId?: string;
  readonly type?: string;
}

/** Where a document stands in the trail: it is in the order of `at`, then `id`. */
export type TrailPlace = Pick<AuditDocument, 'at' | 'id'>;

export interface TrailQuery extends AuditQuery {
  /** Epoch milliseconds, that one included. */
  readonly since?: number;
  /** Epoch milliseconds, that one included. */
  readonly until?: number;
}

export interface TrailPage {
  /** So many at most. */
  readonly limit: number;
  /** Only what stands before this place. */
  readonly before?: TrailPlace;
}

export interface AuditIndex {
  /**
   * Creates documents in bulk. The service answers 200 with failed items inside, so there is one result per document.
   *
   * @throws UnavailableError when the index cannot be reached at all
   */
  create(documents: readonly AuditDocument[]): Promise<readonly AuditWriteResult[]>;
  /** Those of the ids that are there. */
  existing(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** All of it, oldest first: for what is small, as the trail of one change. */
  search(query: AuditQuery): Promise<readonly AuditDocument[]>;
  /** The newest of what there is, oldest first. Looks at no more than it gives, however long the trail is. */
  newest(query: TrailQuery, page: TrailPage): Promise<readonly AuditDocument[]>;
}
