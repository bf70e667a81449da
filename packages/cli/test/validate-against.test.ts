import { join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { temporaryFiles } from './files.ts';
import { run } from './run.ts';

const { put } = temporaryFiles('against');
const prod = ['--policy', join(__dirname, '..', '..', '..', 'fleet', 'policies', 'prod.v3.json')];

const off = {
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  metadata: { type: 'permission', reviewBy: '2027-06-30' },
};
const on = { ...off, defaultVariant: 'on' };

const judged = async (flags: object, ...args: string[]) => {
  const known = put('known.json', { flags: { 'cards.limits': off, 'cards.form': off } });
  const steps = ['--against', known, '--at', '2026-12-01T09:00Z', '--json', ...prod, ...args];
  const { exitCode, stdout } = await run(['validate', put('flags.json', { flags }), ...steps]);
  const { violations } = JSON.parse(stdout);
  return { exitCode, violations };
};

it('judges by how much more is shown than in what is known good', async () => {
  const { exitCode, violations } = await judged({ 'cards.limits': on, 'cards.form': off });
  expect(exitCode).toBe(exitCodes.no);
  expect(violations).toEqual([
    expect.objectContaining({
      ruleId: 'FH-ROLLOUT-17',
      flagKey: 'cards.limits',
      message: expect.stringContaining('"on" goes from at least 0 % to at most 100 %'),
    }),
  ]);
});

it('lets a step through that is small enough, and what stays as it is', async () => {
  const targeting = {
    fractional: [
      ['on', 5],
      ['off', 95],
    ],
  };
  const { exitCode, violations } = await judged({ 'cards.limits': { ...off, targeting }, 'cards.form': off });
  expect({ exitCode, violations }).toEqual({ exitCode: exitCodes.ok, violations: [] });
});

it('takes what is not among it for new', async () => {
  const { violations } = await judged({ 'cards.other': on });
  expect(violations.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('FH-ROLLOUT-17');
});
