import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/*
 * The image without a container: the folder that the Dockerfile would fill is filled as it says, and what it starts is started
 * there, away from the repository.
 */

const context = join(__dirname, '..');
const lines = readFileSync(join(context, 'Dockerfile'), 'utf8')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .flatMap((line) => {
    const [, instruction = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return instruction === '' ? [] : [{ instruction, rest }];
  });
const all = (wanted: string): string[] =>
  lines.filter(({ instruction }) => instruction === wanted).map(({ rest }) => rest);
const only = (wanted: string): string => {
  const [first, ...more] = all(wanted);
  if (first === undefined || more.length > 0) throw new Error(`the Dockerfile must have one ${wanted}`);
  return first;
};
/** `["node", "server.mjs"]`, behind options or another instruction. */
const commandIn = (rest: string): string[] => JSON.parse(rest.slice(rest.indexOf('[')));

let image: string;
let server: Server | undefined;
beforeAll(() => {
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(context, 'scripts', 'build.ts')]);
  image = mkdtempSync(join(tmpdir(), 'hoist-image-'));
  for (const rest of all('COPY')) {
    const sources = rest.split(/\s+/);
    expect(sources.pop()).toBe('./');
    for (const source of sources) copyFileSync(join(context, source), join(image, basename(source)));
  }
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});
afterAll(() => {
  rmSync(image, { recursive: true, force: true });
});

/** Runs node as the image would, with these variables and no other. */
const runs = (
  [program, ...args]: readonly string[],
  variables: Record<string, string>,
): Promise<{ readonly code: number | null; readonly said: string }> =>
  new Promise((resolve, reject) => {
    expect(program).toBe('node');
    const child = spawn(process.execPath, args, { cwd: image, env: variables });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    child.once('error', reject).once('close', (code) => resolve({ code, said }));
  });

it('copies what the bundle writes, and nothing keeps it out of the context', () => {
  expect(all('COPY').flatMap((rest) => rest.split(/\s+/).slice(0, -1))).toEqual([
    'dist/server.mjs',
    'dist/server.mjs.map',
    'dist/LICENSES.txt',
  ]);
  expect(existsSync(join(context, '.dockerignore'))).toBe(false);
  expect(only('FROM')).toMatch(new RegExp(`/node:${process.versions.node.split('.')[0]}-slim$`));
});

it('has the licences of what is bundled', () => {
  expect(readFileSync(join(image, 'LICENSES.txt'), 'utf8')).toMatch(/^fastify \d+\.\d+\.\d+: MIT$/m);
});

it('starts alone in its folder, and says which variables it lacks', async () => {
  const { code, said } = await runs(commandIn(only('CMD')), {});
  expect([code, said]).toEqual([expect.any(Number), expect.stringContaining('DEPLOYMENT')]);
  expect(code).not.toBe(0);
  expect(said).not.toContain('ERR_MODULE_NOT_FOUND');
});

it.each([
  [200, 0],
  [503, 1],
])('is healthy as /livez says: %d', async (status, code) => {
  const asked: (string | undefined)[] = [];
  server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(status).end();
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const health = await runs(commandIn(only('HEALTHCHECK')), { PORT: String(port) });
  expect([health.code, asked]).toEqual([code, ['/livez']]);
});

it('is not healthy where nobody answers', async () => {
  const nobody = createServer();
  await new Promise<void>((listening) => nobody.listen(0, '127.0.0.1', listening));
  const { port } = nobody.address() as AddressInfo;
  await new Promise((closed) => nobody.close(closed));
  expect(await runs(commandIn(only('HEALTHCHECK')), { PORT: String(port) })).toMatchObject({ code: 1 });
});
