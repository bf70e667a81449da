import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '@flaghoist/tools/free-port';
import { createProvider } from '../lib/main.ts';
import type { createProvider as declared } from '../scripts/main.d.ts';
import { pack } from '../scripts/pack.ts';

const member = dirname(__dirname);
const root = dirname(dirname(member));
const project = mkdtempSync(join(tmpdir(), 'provider-pack-test-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { cwd: project, encoding: 'utf8' });

beforeAll(async () => {
  const tarball = await pack(member, project);
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', tarball);
  // What an application installs besides, from where this workspace has it.
  for (const [name, from] of [
    ['@openfeature/server-sdk', member],
    ['@types/node', root],
  ] as const) {
    mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
    symlinkSync(join(from, 'node_modules', name), join(project, 'node_modules', name));
  }
});

it('is installed from its tarball, and gives a caller its default while there is no cache', async () => {
  const port = await freePort();
  writeFileSync(
    join(project, 'application.js'),
    `import { OpenFeature } from '@openfeature/server-sdk';
    import { createProvider } from '@flaghoist/openfeature-provider/main';
    const cache = { host: '127.0.0.1', port: ${port}, name: 'flags' };
    const provider = createProvider({ region: 'eu-west-1', service: 'payments', cell: 'cell-1', instance: 'task-1', cache });
    const refused = await OpenFeature.setProviderAndWait(provider).then(() => null, ({ code }) => code);
    const { value, errorCode } = provider.evaluate('checkout', false, { targetingKey: 'ada' });
    console.log(JSON.stringify({ refused, value, errorCode }));
    process.exit();`,
  );
  const said = JSON.parse(
    execFileSync(process.execPath, ['application.js'], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString(),
  );
  expect(said).toEqual({ refused: 'PROVIDER_NOT_READY', value: false, errorCode: 'PROVIDER_NOT_READY' });
});

it('has the types that its page uses, which are those of its sources', () => {
  const [, snippet = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(member, 'README.md'), 'utf8')) ?? [];
  writeFileSync(
    join(project, 'snippet.ts'),
    `${snippet}\nexport const read: readonly [boolean, boolean] = [isOn, value];\n`,
  );
  run(
    process.execPath,
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    ...['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024', 'snippet.ts'],
  );
  // The compiler compares them.
  const create: typeof declared = createProvider;
  expect(create).toBe(createProvider);
});

it('has the licences of the packages that it brings, and of no others', () => {
  const text = readFileSync(
    join(project, 'node_modules', '@flaghoist', 'openfeature-provider', 'LICENSES.txt'),
    'utf8',
  );
  const [, ...parts] = text.split(/^-{100}\n(\S+) \S+: .+\n-{100}\n/m);
  const names = parts.filter((_, place) => place % 2 === 0);
  const texts = parts.filter((_, place) => place % 2 === 1);
  expect(names).toEqual(
    expect.arrayContaining(['@ioredis/commands', '@openfeature/flagd-core', 'ioredis', 'json-logic-engine', 'zod']),
  );
  expect(names).not.toContain('@openfeature/server-sdk');
  expect(names.filter((_, place) => (texts[place]?.length ?? 0) < 300)).toEqual([]);
});
