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
import type { API, Client } from '@opensearch-project/opensearch';
import { documentOf } from './audit-document.ts';
import { bulkResultOf } from './bulk-result.ts';

/** One answer of a search, and one question of an existence check. */
const PAGE = 1_000;

interface Options {
  readonly client: Client;
  readonly index: string;
}

/** The audit trail in one data stream, which `hoist audit bootstrap` makes. What was created a second ago is not found yet. */
export class OpenSearchAuditIndex implements AuditIndex {
  readonly #client: Client;
  readonly #index: string;

  constructor({ client, index }: Options) {
    this.#client = client;
    this.#index = index;
  }

  async create(documents: readonly AuditDocument[]): Promise<readonly AuditWriteResult[]> {
    const taken = documents.filter(({ id }) => isIndexable(id));
    const answers = (await this.#bulk(taken)).values();
    return documents.map(({ id }) => bulkResultOf(id, isIndexable(id) ? answers.next().value : TOO_LONG));
  }

  /** A single wrong id would be the end of the whole request. */
  async #bulk(documents: readonly AuditDocument[]) {
    if (documents.length === 0) return [];
    const body = documents.flatMap((document) => [{ create: { _id: document.id } }, { ...document }]);
    // Named in the path alone: a domain lets a role in by paths, and takes no other name in the body.
    const { items } = (await this.#reach(this.#client.bulk({ index: this.#index, body }))).body;
    return documents.map((_, place) => items[place]?.create);
  }

  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    if (ids.length === 0) return found;
    for (let from = 0; from < ids.length; from += PAGE) {
      const body = { size: PAGE, query: { ids: { values: ids.slice(from, from + PAGE) } }, _source: false };
      for (const { _id } of await this.#hits(body)) if (_id !== undefined) found.add(_id);
    }
    return found;
  }

  async search(query: AuditQuery): Promise<readonly AuditDocument[]> {
    const filter = termsOf(query);
    const found: AuditDocument[] = [];
    let after: (string | number)[] | undefined;
    do {
      const body = {
        size: PAGE,
        query: { bool: { filter } },
        sort: [{ at: 'asc' as const }, { id: 'asc' as const }],
        ...(after === undefined ? {} : { search_after: after }),
      };
      const hits = await this.#hits(body);
      for (const { _source } of hits) found.push(documentOf(_source));
      const last = hits.at(-1);
      const [at, id] = hits.length === PAGE ? (last?.sort ?? []) : [];
      after = at === undefined || id === undefined ? undefined : [Number(at), String(id)];
    } while (after !== undefined);
    return found;
  }

  async newest({ since, until, ...query }: TrailQuery, { limit, before }: TrailPage) {
    const times = { ...(since === undefined ? {} : { gte: since }), ...(until === undefined ? {} : { lte: until }) };
    const range = Object.keys(times).length === 0 ? [] : [{ range: { at: times } }];
    const found: AuditDocument[] = [];
    let place = before;
    for (;;) {
      const size = Math.min(PAGE, limit - found.length);
      const hits = await this.#hits({
        size,
        query: { bool: { filter: [...termsOf(query), ...range] } },
        sort: [{ at: 'desc' as const }, { id: 'desc' as const }],
        ...(place === undefined ? {} : { search_after: [place.at, place.id] }),
      });
      for (const { _source } of hits) found.push(documentOf(_source));
      const last = found.at(-1);
      if (last === undefined || hits.length < size || found.length === limit) return found.toReversed();
      place = placeOf(last);
    }
  }

  /** A shard that did not answer is no answer: "not there" must not be said of what nobody could look for. */
  async #hits(body: API.Search_RequestBody) {
    const question = { index: this.#index, allow_partial_search_results: false, body };
    return (await this.#reach(this.#client.search(question))).body.hits.hits;
  }

  async #reach<T>(call: PromiseLike<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw unavailable(this.#index, error);
    }
  }
}

const placeOf = ({ at, id }: AuditDocument): TrailPlace => ({ at, id });

const termsOf = (query: AuditQuery) =>
  Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => ({ term: { [field]: value } }));

/** As OpenSearch says it. */
const TOO_LONG = { status: 400, error: { type: 'action_request_validation_exception', reason: 'id is too long' } };

const unavailable = (index: string, error: unknown): UnavailableError =>
  new UnavailableError(
    `audit index ${index}`,
    'Events wait in their queue until it is back; the cause says more.',
    error,
  );
