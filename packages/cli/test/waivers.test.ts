import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';

const waiver = {
  rule: 'FH-SAFE-10',
  flag: 'routing.*',
  owner: 'team-payments',
  reason: 'The acquirer numbers its merchants like cards.',
  ticket: 'PAY-1042',
  approver: 'noor.haddad@bank.example',
  expires: '2027-03-31',
};

let folder: string;
let list: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flaghoist-waivers-'));
  list = join(folder, 'waivers.json');
  writeFileSync(list, JSON.stringify({ waivers: [waiver] }));
  writeFileSync(
    join(folder, 'flags.json'),
    JSON.stringify({ flags: { 'routing.merchant-ids': {}, 'checkout.form': {} } }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const listed = (...args: string[]) => run(['rules', 'waivers', '--file', list, ...args]);

it('lists the shipped waivers', async () => {
  const { stdout, exitCode } = await run(['rules', 'waivers', '--json', '--at', '2026-12-01T00:00Z']);
  expect(exitCode).toBe(exitCodes.ok);
  expect(JSON.parse(stdout)).toEqual([]);
});

it('says when a waiver ends, who answers for it, and which flags live on it', async () => {
  const { stdout, exitCode } = await listed('--at', '2026-12-01T00:00Z', '--flags', join(folder, 'flags.json'));
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toContain('FH-SAFE-10  routing.*  until 2027-03-31, 120 days left');
  expect(stdout).toContain('PAY-1042, approved by noor.haddad@bank.example, team-payments answers for it');
  expect(stdout).toContain('lives on it: routing.merchant-ids\n');
});

it.each([
  ['2027-02-28T00:00Z', 'holds', exitCodes.ok],
  ['2027-03-01T00:00Z', 'ends soon', exitCodes.unexpectedOutcome],
  ['2027-03-31T23:59Z', 'ends soon', exitCodes.unexpectedOutcome],
  ['2027-04-01T00:00Z', 'ended', exitCodes.unexpectedOutcome],
])('at %s it %s', async (at, state, code) => {
  const { stdout, exitCode } = await listed('--json', '--at', at);
  expect(JSON.parse(stdout)).toMatchObject([{ state }]);
  expect(exitCode).toBe(code);
});

it('refuses a list that does not fit, with its line', async () => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, '{ "waivers": [{ "rule": "FH-SAFE-10" }] }');
  const { exitCode, stderr } = await run(['rules', 'waivers', '--file', wrong]);
  expect(exitCode).toBe(exitCodes.usage);
  expect(stderr).toContain('wrong.json');
});
