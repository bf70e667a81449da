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

const fine = { state: 'ENABLED', variants: { on: 'card', off: 'none' }, defaultVariant: 'off' };

let folder: string;
let list: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flaghoist-waivers-'));
  list = join(folder, 'waivers.json');
  writeFileSync(list, JSON.stringify({ waivers: [waiver] }));
  writeFileSync(
    join(folder, 'flags.json'),
    JSON.stringify({
      flags: {
        'routing.merchant-ids': { ...fine, variants: { on: '4111 1111 1111 1111', off: 'none' } },
        'routing.order': fine,
        'checkout.form': fine,
      },
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const listed = (...args: string[]) => run(['rules', 'waivers', '--file', list, ...args]);

it('lists the shipped waivers', async () => {
  const { stdout, exitCode } = await run(['rules', 'waivers', '--json', '--at', '2026-12-01T00:00Z']);
  expect(exitCode).toBe(exitCodes.ok);
  expect(JSON.parse(stdout)).toEqual([]);
});

it('says when a waiver ends, who answers for it, which flags it covers, and which of them live on it', async () => {
  const { stdout, exitCode } = await listed('--at', '2026-12-01T00:00Z', '--flags', join(folder, 'flags.json'));
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toContain('FH-SAFE-10  routing.*  until 2027-03-31, 120 days left');
  expect(stdout).toContain('PAY-1042, approved by noor.haddad@bank.example, team-payments answers for it');
  expect(stdout).toContain('covers routing.merchant-ids, routing.order\n  lives on it: routing.merchant-ids\n');
});

it.each([
  ['2027-02-28T00:00Z', 'holds', exitCodes.ok],
  ['2027-03-01T00:00Z', 'ends soon', exitCodes.no],
  ['2027-03-31T23:59Z', 'ends soon', exitCodes.no],
  ['2027-04-01T00:00Z', 'ended', exitCodes.no],
  ['2026-03-30T00:00Z', 'holds', exitCodes.ok],
  ['2026-03-29T00:00Z', 'ends too late', exitCodes.no],
])('at %s it %s', async (at, state, code) => {
  const { stdout, exitCode } = await listed('--json', '--at', at);
  expect(JSON.parse(stdout)).toMatchObject([{ state }]);
  expect(exitCode).toBe(code);
});

it('says that a waiver is from no rule', async () => {
  const strange = join(folder, 'strange.json');
  writeFileSync(strange, JSON.stringify({ waivers: [{ ...waiver, rule: 'FH-SAFE-99' }] }));
  const { exitCode, stdout } = await run(['rules', 'waivers', '--file', strange, '--at', '2026-12-01T00:00Z']);
  expect(exitCode).toBe(exitCodes.no);
  expect(stdout).toContain('FH-SAFE-99  routing.*  until 2027-03-31, 120 days left, but there is no such rule');
});

it('refuses a list that does not fit, with its line', async () => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, '{ "waivers": [{ "rule": "FH-SAFE-10" }] }');
  const { exitCode, stderr } = await run(['rules', 'waivers', '--file', wrong]);
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(stderr).toContain('wrong.json');
});

describe('hoist validate', () => {
  const card = { ...fine, variants: { on: '4111 1111 1111 1111', off: 'none' } };
  const at = ['--at', '2026-12-01T00:00Z'];
  const put = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(content));
    return path;
  };
  const judged = (flags: Readonly<Record<string, unknown>>, ...args: string[]) =>
    run(['validate', put('judged.json', { flags }), ...at, ...args]);

  it('shows what is waived as waived, which is no warning, and all else as it is', async () => {
    const flags = { 'routing.merchant-ids': card, 'checkout.merchant-ids': card };
    const { stdout, exitCode } = await judged(flags, '--waivers', list);
    expect(exitCode).toBe(exitCodes.no);
    expect(stdout).toMatch(/ waived FH-SAFE-10 routing\.merchant-ids: .* Waived until 2027-03-31 by PAY-1042\.\n/);
    expect(stdout).toMatch(/ error FH-SAFE-10 checkout\.merchant-ids: /);
    expect(stdout).toContain(': 1 error, 1 waived\n');

    const { 'routing.merchant-ids': one } = flags;
    const strict = await judged({ 'routing.merchant-ids': one }, '--waivers', list, '--strict', '--json');
    expect(strict.exitCode).toBe(exitCodes.ok);
    expect(JSON.parse(strict.stdout)).toMatchObject({
      errors: 0,
      warnings: 0,
      waived: 1,
      violations: [{ ruleId: 'FH-SAFE-10', waived: { ticket: 'PAY-1042', expires: '2027-03-31' } }],
    });
  });

  it('waives what a shared evaluator does for the flags of the waiver, and for no other', async () => {
    const merchant = { '==': [{ var: 'merchant' }, '4111 1111 1111 1111'] };
    const flag = { ...fine, targeting: { if: [{ $ref: 'merchant' }, 'on', 'off'] } };
    const file = (flags: Readonly<Record<string, unknown>>) => put('shared.json', { $evaluators: { merchant }, flags });
    const found = async (path: string) => {
      const { stdout } = await run(['validate', path, ...at, '--waivers', list, '--json']);
      const { violations } = JSON.parse(stdout);
      return violations
        .filter(({ ruleId }: { ruleId: string }) => ruleId === 'FH-SAFE-10')
        .map(({ flagKey, severity, waived }: Record<string, unknown>) => [flagKey, waived ? 'waived' : severity]);
    };
    const covered = ['routing.merchant-ids', 'waived'];
    expect(await found(file({ 'routing.merchant-ids': flag }))).toEqual([covered]);
    const both = await found(file({ 'routing.merchant-ids': flag, 'checkout.merchant-ids': flag }));
    expect(both.sort()).toEqual([['checkout.merchant-ids', 'error'], covered]);
  });

  it('takes the shipped waivers, of which there are none, unless a file is named', async () => {
    expect((await judged({ 'routing.merchant-ids': card })).exitCode).toBe(exitCodes.no);
  });

  it.each([
    ['sarif', '"justification": "PAY-1042, until 2027-03-31"'],
    ['github', '::notice '],
    ['junit', 'failures="0"'],
  ])('says it in %s', async (format, says) => {
    const { stdout } = await judged({ 'routing.merchant-ids': card }, '--waivers', list, '--format', format);
    expect(stdout).toContain(says);
  });

  it.each([
    ['ended on 2026-11-30', { expires: '2026-11-30' }],
    ['ends on 2028-01-01, and one holds only when it ends within 366 days', { expires: '2028-01-01' }],
  ])('says that a waiver %s', async (why, otherwise) => {
    const useless = put('useless.json', { waivers: [{ ...waiver, ...otherwise }] });
    const { stdout, exitCode } = await judged({ 'routing.merchant-ids': card }, '--waivers', useless);
    expect(exitCode).toBe(exitCodes.no);
    expect(stdout).toContain(`The waiver of PAY-1042 ${why}. `);
  });
});
