import { temporaryFiles } from './files.ts';
import { homePlan, planOf, regionPlan } from './planned.ts';
import { run } from './run.ts';

const files = temporaryFiles('cost');

it('tells the bill by what is dearest, by region, and what each lever saves', async () => {
  const { exitCode, stdout, stderr } = await run(['cost', homePlan, regionPlan]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
});

it('answers with one document whose parts add up', async () => {
  const { stdout } = await run([
    'cost',
    homePlan,
    regionPlan,
    '--changes-per-day',
    '100000',
    '--services',
    '2',
    '--json',
  ]);
  const document = JSON.parse(stdout);
  const sum = (parts: readonly { usd: number }[]): number => parts.reduce((total, { usd }) => total + usd, 0);
  expect(document).toMatchObject({ changesPerDay: 100_000, services: 2, home: 'us-east-1', currency: 'USD' });
  expect(sum(document.items)).toBeCloseTo(document.usd, 6);
  expect(sum(document.regions)).toBeCloseTo(document.usd, 6);
  expect(document.usd).toBeGreaterThan(document.idleUsd);
});

it('names what has no price', async () => {
  const plan = files.put('strange.json', planOf([{ address: 'aws_fsx_x.y', type: 'aws_fsx_x', after: {} }]));
  const { stdout } = await run(['cost', plan]);
  expect(stdout).toContain('not in the sum: aws_fsx_x: no price for it');
  expect(stdout).toContain('0.00 USD a month idle');
});

it('names no more of it than people read, and all of it in the document', async () => {
  const plan = files.put(
    'strangers.json',
    planOf(
      Array.from({ length: 20 }, (_, index) => ({ address: `aws_x${index}.y`, type: `aws_x${index}`, after: {} })),
    ),
  );
  expect((await run(['cost', plan])).stdout).toContain('not in the sum: 8 more, shown with --json');
  expect(JSON.parse((await run(['cost', plan, '--json'])).stdout).unpriced).toHaveLength(20);
});

it.each([
  [['cost'], 64],
  [['cost', regionPlan, '--changes-per-day', '1e99'], 64],
  [['cost', regionPlan, '--changes-per-day', '1.5'], 64],
  [['cost', regionPlan, '--changes-per-day', '1000000001'], 64],
  [['cost', regionPlan, '--services', '0'], 64],
  [['cost', regionPlan, '--services', '5'], 64],
  [['cost', regionPlan, '--changes-per-day', ''], 64],
  [['cost', regionPlan, '--flags', 'Infinity'], 64],
  [['cost', 'no-such-plan.json'], 66],
  [['cost', __filename], 66],
])('%j ends with %d, and says why', async (args, code) => {
  const { exitCode, stderr } = await run(args);
  expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringMatching(/\S/) });
});
