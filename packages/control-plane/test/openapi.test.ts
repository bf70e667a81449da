import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReference, type OpenApi } from '../scripts/reference.ts';
import { startApi, type Tested } from './api.ts';

let api: Tested;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

interface Operation {
  readonly summary?: string;
  readonly responses: Record<string, { readonly content?: unknown }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

it('describes itself as OpenAPI 3.1, each operation with a summary', async () => {
  const { body } = await api.ask('GET', '/openapi.json');
  const { openapi, paths } = body as Document;
  expect(openapi).toBe('3.1.0');
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary }]) => ({ operation: `${method} ${path}`, summary })),
  );
  expect(operations.filter(({ summary }) => summary === undefined)).toEqual([]);
  expect(operations.map(({ operation }) => operation)).toEqual(
    expect.arrayContaining([
      'get /v1/flags',
      'post /v1/proposals',
      'get /v1/events',
      'get /v1/flags/{flagKey}/changes/{order}',
    ]),
  );
});

it('docs/api.md is what the server says of itself: pnpm reference writes it', async () => {
  const { body } = await api.ask('GET', '/openapi.json');
  const written = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'api.md'), 'utf8');
  expect(written).toBe(apiReference(body as OpenApi));
});
