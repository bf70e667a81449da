import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

interface Stored {
  readonly id: string;
  readonly source: Record<string, unknown>;
}

type Sort = readonly [number, string];

interface Times {
  readonly gte?: number;
  readonly lte?: number;
}

export interface OpenSearchServer {
  readonly node: string;
  /** Method and path of each request. */
  readonly requests: string[];
  /** The header of that name in the last request. */
  authorization: string | undefined;
  /** Answers of the next bulk's items, by document id, in place of what would be done. */
  readonly bulkAnswers: Map<string, { status: number; error: object }>;
  /** While set, every request is answered with this status. */
  outage: number | undefined;
  forget(): void;
  stop(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/** As much of OpenSearch's HTTP interface as the audit index uses, with documents that stay. */
export const startOpenSearch = async (): Promise<OpenSearchServer> => {
  const documents: Stored[] = [];
  const answers = {
    bulk: (body: string) => {
      const lines = body
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      // One of them is enough: the request is wrong then, and nothing of it is done.
      if (lines.some((line) => Buffer.byteLength(line.create?._id ?? '') > 512))
        return [400, { error: { type: 'action_request_validation_exception' } }];
      const items = lines.flatMap((line, place) =>
        place % 2 === 0 ? [bulkItem(line.create._id, lines[place + 1])] : [],
      );
      return [200, { errors: items.some(({ create }) => create.status >= 300), items }];
    },
    search: (body: string) => {
      const { query, size, search_after: after, sort: sorts } = JSON.parse(body);
      const filters: { term?: object; range?: { at: Times } }[] = query.bool?.filter ?? [];
      const terms = filters.flatMap(({ term = {} }) => Object.entries(term));
      const ranges = filters.flatMap(({ range }) => (range === undefined ? [] : [range.at]));
      const sign = sorts?.[0].at === 'desc' ? -1 : 1;
      const compare = (a: Sort, b: Sort): number => sign * (a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
      const ids: string[] | undefined = query.ids?.values;
      const hits = documents
        .filter(({ id }) => ids?.includes(id) ?? true)
        .filter(({ source }) => terms.every(([field, value]) => source[field] === value))
        .map(({ id, source }) => ({ _id: id, _source: source, sort: [Number(source['at']), id] as const }))
        .filter(({ sort: [at] }) => ranges.every(({ gte = at, lte = at }) => at >= gte && at <= lte))
        .sort((a, b) => compare(a.sort, b.sort))
        .filter(({ sort }) => !after || compare(sort, after) > 0);
      return [200, { hits: { hits: hits.slice(0, size) } }];
    },
  } satisfies Record<string, (body: string) => unknown[]>;

  const bulkItem = (id: string, source: Record<string, unknown>) => {
    const answer = server.bulkAnswers.get(id);
    if (answer !== undefined) return { create: { _id: id, ...answer } };
    if (documents.some((stored) => stored.id === id))
      return { create: { _id: id, status: 409, error: { type: 'version_conflict_engine_exception' } } };
    documents.push({ id, source });
    return { create: { _id: id, status: 201 } };
  };

  const http = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const path = request.url?.split('?')[0] ?? '';
    server.requests.push(`${request.method} ${path}`);
    server.authorization = request.headers.authorization;
    const operation = /^\/[^/]+\/_(bulk|search)$/.exec(path)?.[1];
    const answer = answers[operation as keyof typeof answers] ?? (() => [404, { error: { type: 'no_such_path' } }]);
    const [status, content] =
      server.outage === undefined ? answer(body) : [server.outage, { error: { type: 'outage' } }];
    response.writeHead(Number(status), { 'content-type': 'application/json' }).end(JSON.stringify(content));
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const server: OpenSearchServer = {
    node: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    requests: [],
    authorization: undefined,
    bulkAnswers: new Map(),
    outage: undefined,
    forget: () => {
      documents.length = 0;
      server.requests.length = 0;
      server.outage = undefined;
      server.bulkAnswers.clear();
    },
    stop: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return server;
};
