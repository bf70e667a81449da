import { UnavailableError } from '@flaghoist/core/errors';
import type { AuditDocument, AuditIndex, AuditQuery, AuditWriteResult } from '@flaghoist/core/ports/audit-index';
import { type Client, errors } from '@opensearch-project/opensearch';
import { documentOf } from './audit-document.ts';
import { auditIndexDefinition } from './audit-index-definition.ts';
import { bulkResultOf } from './bulk-result.ts';

/** One answer of a search, and one question of an existence check. */
const PAGE = 1_000;

interface Options {
  readonly client: Client;
  readonly index: string;
}

/** The audit trail in one index, made with its mapping at the first use. */
export class OpenSearchAuditIndex implements AuditIndex {
  readonly #client: Client;
  readonly #index: string;
  #created: Promise<void> | undefined;

  constructor({ client, index }: Options) {
    this.#client = client;
    this.#index = index;
  }

  async create(documents: readonly AuditDocument[]): Promise<readonly AuditWriteResult[]> {
    if (documents.length === 0) return [];
    await this.#ensureIndex();
    const body = documents.flatMap((document) => [
      { create: { _index: this.#index, _id: document.id } },
      { ...document },
    ]);
    const { items } = (await this.#reach(this.#client.bulk({ body }))).body;
    return documents.map(({ id }, place) => bulkResultOf(id, items[place]?.create));
  }

  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    if (ids.length === 0) return found;
    await this.#ensureIndex();
    for (let from = 0; from < ids.length; from += PAGE) {
      const question = { index: this.#index, _source: false, body: { ids: ids.slice(from, from + PAGE) } };
      const { docs } = (await this.#reach(this.#client.mget(question))).body;
      for (const doc of docs) {
        // "Not there" would be written again, which is harmless; "cannot say" must not pass for it.
        if ('error' in doc) throw unavailable(this.#index, doc.error);
        if (doc.found) found.add(doc._id);
      }
    }
    return found;
  }

  async search(query: AuditQuery): Promise<readonly AuditDocument[]> {
    await this.#ensureIndex();
    const filter = Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => ({ term: { [field]: value } }));
    const found: AuditDocument[] = [];
    let after: (string | number)[] | undefined;
    do {
      const body = {
        size: PAGE,
        query: { bool: { filter } },
        sort: [{ at: 'asc' as const }, { id: 'asc' as const }],
        ...(after === undefined ? {} : { search_after: after }),
      };
      const { hits } = (await this.#reach(this.#client.search({ index: this.#index, body }))).body.hits;
      for (const { _source } of hits) found.push(documentOf(_source));
      const last = hits.at(-1);
      const [at, id] = hits.length === PAGE ? (last?.sort ?? []) : [];
      after = at === undefined || id === undefined ? undefined : [Number(at), String(id)];
    } while (after !== undefined);
    return found;
  }

  /** Without its mapping the service would guess one from the first document, and searches by name would fail. */
  #ensureIndex(): Promise<void> {
    this.#created ??= this.#createIndex().catch((error: unknown) => {
      this.#created = undefined;
      throw error;
    });
    return this.#created;
  }

  async #createIndex(): Promise<void> {
    try {
      await this.#client.indices.create({ index: this.#index, body: auditIndexDefinition });
    } catch (error) {
      if (error instanceof errors.ResponseError && typeOf(error) === 'resource_already_exists_exception') return;
      throw unavailable(this.#index, error);
    }
  }

  async #reach<T>(call: PromiseLike<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw unavailable(this.#index, error);
    }
  }
}

const typeOf = (error: InstanceType<typeof errors.ResponseError>): unknown => error.body?.['error']?.type;

const unavailable = (index: string, error: unknown): UnavailableError =>
  new UnavailableError(
    `audit index ${index}`,
    'Events wait in their queue until it is back; the cause says more.',
    error,
  );
