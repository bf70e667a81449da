import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Checkout, copyCheckout, expectDone } from './support/checkout.ts';

const repository = join(__dirname, '..', '..', '..');
const tour = readFileSync(join(repository, 'README.md'), 'utf8').split('\n### A tour\n')[1]?.split('\n### ')[0] ?? '';
/** What is left running in a terminal of its own. */
const running = /```sh\n(.*)\n```/.exec(tour)?.[1] ?? '';
const steps = [...tour.matchAll(/^\| `(.+)` \| `(.+)` \| (\d+) \|$/gm)].map(([, type = '', says = '', code]) => ({
  type,
  says,
  code: Number(code),
}));

let checkout: Checkout;
let state: string;
let world: ChildProcess | undefined;

/** A terminal of somebody who has Node and npm, and nothing of this repository but the clone. */
const type = (line: string) => {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(repository));
  const variables = { PATH: path.join(delimiter), HOME: process.env['HOME'], XDG_STATE_HOME: state };
  // A group of its own, as of a terminal, so that Ctrl-C reaches all of it.
  const child = spawn('bash', ['-c', line], { cwd: checkout.root, env: variables, detached: true });
  const told = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      told.text += text;
    });
  return { child, told };
};

const typed = async (line: string): Promise<{ code: number; told: string }> => {
  const { child, told } = type(line);
  const [code] = await once(child, 'close');
  return { code, told: told.text };
};

/** Resolves when it has said so, or has ended. */
const heard = ({ child, told }: ReturnType<typeof type>, wanted: RegExp): Promise<void> =>
  new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', () => {
        if (wanted.test(told.text)) resolve();
      });
    child.once('close', () => resolve());
  });

const interrupt = async (child: ChildProcess): Promise<number> => {
  const ended = once(child, 'close');
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  return (await ended)[0];
};

beforeAll(async () => {
  checkout = await copyCheckout();
  state = realpathSync(mkdtempSync(join(tmpdir(), 'flaghoist-tour-')));
  const cloned = 'git init -q && git add -A';
  expectDone(cloned, await checkout.run(cloned));
});
afterAll(async () => {
  if (world?.exitCode === null && world.signalCode === null) await interrupt(world);
  checkout.remove();
  rmSync(state, { recursive: true });
});

it('finds the tour', () => {
  expect([running, steps.length > 10]).toEqual(['npx pnpm hoist up', true]);
});

it('shows the loop in a fresh clone, by the first command of the README', async () => {
  const { code, told } = await typed('npm start -- --once --no-latency');
  expect({ code, told }).toEqual({ code: 0, told: expect.stringMatching(/rolled-back: revision 1\.3 brings back/) });
});

it('ends with a line that reads the flag as a service does, once the rollback has shown in what it reads', async () => {
  const { child, told } = type('npm start -- --no-latency');
  const line = /^ *(curl .*)\n/m;
  await heard({ child, told }, line);
  const reads = [...told.text.matchAll(/ reads (\w+) \(revision (\S+)\)/g)].map(([, value, revision]) => [
    value,
    revision,
  ]);
  // Taken back is what had been read for a while.
  expect(reads).toEqual([
    ['false', '1.1'],
    ['true', '1.2'],
    ['false', '1.3'],
  ]);
  expect(told.text.trim().split('\n').at(-1)).toMatch(/^ *curl /);
  const pasted = await typed(line.exec(told.text)?.[1] ?? '');
  expect({ code: pasted.code, answer: JSON.parse(pasted.told) }).toMatchObject({
    code: 0,
    answer: { key: 'instant-payments-to-new-payees', value: false, metadata: { version: '1.3' } },
  });
  await interrupt(child);
});

it('starts the world that the tour is made in', async () => {
  const { child, told } = type(running);
  world = child;
  const stands = 'It stands, with 0 flags';
  await heard({ child, told }, new RegExp(stands));
  expect({ told: told.text, exitCode: child.exitCode }).toEqual({
    told: expect.stringContaining(stands),
    exitCode: null,
  });
  expect(told.text).toMatch(
    /^What \S+ in \S+ reads is answered at http:\/\/127\.0\.0\.1:\d+, as docs\/services\.md says\.$/m,
  );
});

it.each(steps)('"$type" says "$says" and ends with $code', async ({ type: line, says, code }) => {
  const ended = await typed(line);
  expect(ended).toEqual({ code, told: expect.stringContaining(says) });
});

it('keeps what the tour has made when Ctrl-C ends the world', async () => {
  await interrupt(world as ChildProcess);
  const { code, told } = await typed('npx pnpm hoist data check');
  expect({ code, told }).toEqual({ code: 0, told: expect.stringContaining('whole') });
});
