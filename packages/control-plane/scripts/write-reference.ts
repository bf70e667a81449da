import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApi } from '../test/api.ts';
import { apiReference, type OpenApi } from './reference.ts';

const api = await startApi();
const { body } = await api.ask('GET', '/openapi.json');
await api.close();
writeFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'api.md'), apiReference(body as OpenApi));
process.exit(0);
