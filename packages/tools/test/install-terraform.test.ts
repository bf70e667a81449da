import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { fetchedTerraform, findTerraform } from '../lib/find-terraform.ts';
import { installTerraform } from '../lib/install-terraform.ts';
import { terraformRelease } from '../lib/terraform-release.ts';

const { version } = terraformRelease;
const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
const program = `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`;
const zip = zipSync({ 'LICENSE.txt': Buffer.from('terms'), terraform: Buffer.from(program) });
const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const home = mkdtempSync(join(tmpdir(), 'install-terraform-test-'));
let asked: string[] = [];
let answer: RequestListener;
let server: Server;
let address: string;
let variables: Record<string, string>;

const serve: RequestListener = (_request, response) => void response.end(zip);

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(String(request.url));
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
  answer = serve;
  // A PATH with a shell and without Terraform.
  variables = { PATH: '/usr/bin:/bin', HOME: home, FLAGHOIST_CACHE: mkdtempSync(join(home, 'cache-')) };
});

const install = (release: { server?: string; sums?: Record<string, string> } = {}): Promise<void> =>
  installTerraform({ variables, print: () => {} }, { server: address, sums: { [platform]: sumOf(zip) }, ...release });

const expectNothingKept = (): void => {
  expect(existsSync(fetchedTerraform(variables))).toBe(false);
  const tools = join(String(variables['FLAGHOIST_CACHE']), 'tools');
  expect(existsSync(tools) ? readdirSync(tools) : []).toEqual([]);
};

it('fetches the pinned release once, and finds it from then on', async () => {
  expect(() => findTerraform(variables)).toThrow('There is no terraform');
  await install();
  await install();
  expect(asked).toEqual([`/${version}/terraform_${version}_${platform}.zip`]);
  expect(findTerraform(variables)).toEqual({ program: join(fetchedTerraform(variables), 'terraform'), version });
  expect(readFileSync(join(fetchedTerraform(variables), 'terraform'), 'utf8')).toBe(program);
});

it('fetches nothing where the machine has a Terraform that is recent', async () => {
  await install();
  const onPath = `${fetchedTerraform(variables)}:${variables['PATH']}`;
  asked = [];
  variables = { ...variables, PATH: onPath, FLAGHOIST_CACHE: mkdtempSync(join(home, 'cache-')) };
  await install();
  expect(asked).toEqual([]);
  expect(findTerraform(variables)).toEqual({ program: 'terraform', version });
});

it('fetches nothing in place of the one that is named', async () => {
  variables = { ...variables, FLAGHOIST_TERRAFORM: join(home, 'nowhere') };
  await install();
  expect(asked).toEqual([]);
});

it('keeps nothing of a file with another sum, and says both', async () => {
  const other = '0'.repeat(64);
  await expect(install({ sums: { [platform]: other } })).rejects.toMatchObject({
    code: 'FH_TOOL_MISSING',
    message: expect.stringMatching(new RegExp(`${sumOf(zip)}.*${other}`)),
    hint: expect.stringContaining('Install Terraform'),
  });
  expectNothingKept();
});

it.each<[string, RequestListener]>([
  ['refuses', (_request, response) => void response.writeHead(503).end()],
  [
    'breaks off',
    (_request, response) => {
      response.writeHead(200, { 'content-length': zip.length });
      response.write(zip.subarray(0, zip.length / 2), () => response.destroy());
    },
  ],
])('keeps nothing when the server %s, says how to get Terraform, and can be repeated', async (_what, listener) => {
  answer = listener;
  await expect(install()).rejects.toMatchObject({
    code: 'FH_TOOL_MISSING',
    message: expect.stringContaining(address),
    hint: expect.stringContaining('Install Terraform'),
  });
  expectNothingKept();
  answer = serve;
  await install();
  expect(findTerraform(variables).version).toBe(version);
});

it('says how to get Terraform when the server cannot be reached, or has none for this machine', async () => {
  // Port 1 is reserved, and nothing listens there.
  const hint = { code: 'FH_TOOL_MISSING', hint: expect.stringContaining('Install Terraform') };
  await expect(install({ server: 'http://127.0.0.1:1' })).rejects.toMatchObject({
    ...hint,
    message: expect.stringMatching(/127\.0\.0\.1:1\/.*: \S/),
  });
  await expect(install({ sums: {} })).rejects.toMatchObject(hint);
  expect(asked).toEqual([]);
  expectNothingKept();
});

it('is whole when two install at once: both end well, and one copy is kept', async () => {
  const held: (() => void)[] = [];
  answer = (_request, response) => {
    held.push(() => response.end(zip));
    if (held.length === 2) for (const letGo of held) letGo();
  };
  await Promise.all([install(), install()]);
  expect(asked).toHaveLength(2);
  const [copy, link, ...more] = readdirSync(join(String(variables['FLAGHOIST_CACHE']), 'tools'))
    .sort()
    .reverse();
  expect([link, more]).toEqual([`terraform-${version}`, []]);
  expect(copy).toMatch(new RegExp(`^terraform-${version}\\.`));
  expect(findTerraform(variables).version).toBe(version);
});

it('has a sum for each common platform', () => {
  expect(Object.keys(terraformRelease.sums)).toEqual(['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64']);
  for (const sum of Object.values(terraformRelease.sums)) expect(sum).toMatch(/^[0-9a-f]{64}$/);
});
