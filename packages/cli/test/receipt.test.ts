import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';
import { type ServedWorld, serveWorld } from './served.ts';

let served: ServedWorld;
const folder = mkdtempSync(join(tmpdir(), 'hoist-receipt-'));
const file = join(folder, 'receipt.json');
const variables = { XDG_STATE_HOME: folder };
/** Without any server. */
const offline = (args: readonly string[]) => run(args, { variables });

beforeAll(async () => {
  served = await serveWorld();
  const set = await served.hoist(['set', 'checkout.form', 'off', '--owner', 'team-identity', '--reason', 'Prepare']);
  expect(set).toMatchObject({ exitCode: exitCodes.ok });
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

it('writes a receipt, which is verified without a server by keys that were pinned', async () => {
  const written = await served.hoist(['receipt', 'checkout.form', '--out', file]);
  expect(written).toMatchObject({ exitCode: exitCodes.ok, stdout: expect.stringContaining('1.1, verified, 9 rows') });
  expect(await offline(['receipt', 'verify', file])).toMatchObject({
    exitCode: exitCodes.usage,
    stderr: expect.stringContaining('there is no key to hold it to'),
  });
  const pinned = await served.hoist(['receipt', 'pin'], { variables });
  expect(pinned).toMatchObject({
    exitCode: exitCodes.ok,
    stdout: expect.stringMatching(/^[0-9a-f]{32} of embedded is kept in .*receipt-keys.embedded/),
  });
  expect(await offline(['receipt', 'verify', file])).toMatchObject({
    exitCode: exitCodes.ok,
    stdout: expect.stringMatching(
      /is what was signed by the key [0-9a-f]{32} of the environment embedded\.[\s\S]*9 caches in 3 regions: 9 consistent/,
    ),
  });
  expect((await served.hoist(['receipt', 'verify', file, '--server', served.url])).exitCode).toBe(exitCodes.ok);
  // It is never written over.
  expect((await served.hoist(['receipt', 'checkout.form@1.1', '--out', file])).exitCode).toBe(exitCodes.usage);
});

it('gives a row of it, which is verified in the same way', async () => {
  const row = join(folder, 'row.json');
  for (const json of [[], ['--json']]) {
    writeFileSync(row, (await offline(['receipt', 'prove', file, 'session', 'eu-west-1', ...json])).stdout);
    expect(await offline(['receipt', 'verify', row])).toMatchObject({
      exitCode: exitCodes.ok,
      stdout: expect.stringContaining('session in eu-west-1: consistent (log-and-cache)'),
    });
  }
  expect(await offline(['receipt', 'prove', file, 'nobody', 'eu-west-1'])).toMatchObject({
    exitCode: exitCodes.unreadable,
    stderr: expect.stringContaining('there is none of nobody in eu-west-1'),
  });
});

it('names what was altered, and another key', async () => {
  const forged = join(folder, 'forged.json');
  writeFileSync(forged, readFileSync(file, 'utf8').replace('"reason":"Prepare"', '"reason":"Prepared"'));
  const { exitCode, stdout } = await offline(['receipt', 'verify', forged, '--json']);
  expect(exitCode).toBe(exitCodes.no);
  expect(JSON.parse(stdout)).toMatchObject({ good: false, findings: [{ place: '/facts/proposedBy' }] });
  const other = join(folder, 'other.pem');
  const { publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(other, publicKey.export({ type: 'spki', format: 'pem' }));
  expect(await offline(['receipt', 'verify', file, '--key', other])).toMatchObject({
    exitCode: exitCodes.usage,
    stderr: expect.stringContaining('does not say of which environment the key is'),
  });
  expect(await offline(['receipt', 'verify', file, '--key', other, '--environment', 'embedded'])).toMatchObject({
    exitCode: exitCodes.no,
    stdout: expect.stringContaining('is none of those it is held to'),
  });
  writeFileSync(other, 'text');
  expect((await offline(['receipt', 'verify', file, '--key', other])).exitCode).toBe(exitCodes.unreadable);
  writeFileSync(forged, '{}');
  expect((await offline(['receipt', 'verify', forged])).exitCode).toBe(exitCodes.unreadable);
});

it('takes nothing of a key that is kept for another environment', async () => {
  const keys = join(folder, 'flaghoist', 'receipt-keys');
  const [name = ''] = readdirSync(join(keys, 'embedded'));
  const pem = join(keys, 'embedded', name);
  expect(await offline(['receipt', 'verify', file, '--key', pem, '--environment', 'staging'])).toMatchObject({
    exitCode: exitCodes.no,
    stdout: expect.stringContaining('it is of the environment embedded, and must be of staging'),
  });
  renameSync(join(keys, 'embedded'), join(keys, 'staging'));
  expect(await offline(['receipt', 'verify', file])).toMatchObject({
    exitCode: exitCodes.no,
    stdout: expect.stringMatching(/it names the environment embedded, and the key [0-9a-f]{32} is one of staging/),
  });
});

it('has none of a change that has not ended', async () => {
  await served.hoist(['set', 'checkout.form', 'on', '--reason', 'Go', '--no-wait']);
  const { exitCode, stderr } = await served.hoist(['receipt', 'checkout.form@1.2']);
  expect([exitCode, stderr]).toEqual([exitCodes.no, expect.stringContaining('nobody has decided it yet')]);
});
