import { createRequire } from 'node:module';
import { runApplication } from '@flaghoist/agent/support/javascript-application';
import { officialProviders } from '@flaghoist/agent/support/official-providers';
import type { createProvider } from '../../lib/main.ts';

/** Beside the official providers, which ask an agent, the one that reads the cache itself, as it ships. */

const [bundle = '', ...given] = process.argv.slice(2);
const [, , , cache = '', path = ''] = given;
const create: typeof createProvider = createRequire(import.meta.url)(bundle).createProvider;

await runApplication({
  ...officialProviders(given),
  'in-process': () =>
    create({
      ...{ region: 'eu-west-1', service: 'payments', cell: 'cell-1', instance: 'task-2', path },
      cache: { host: '127.0.0.1', port: Number(cache), name: 'flags' },
    }),
});
