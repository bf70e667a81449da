import { temporaryFiles } from './files.ts';
import { homePlan, planOf, regionPlan, subscriptions } from './planned.ts';
import { run } from './run.ts';

const files = temporaryFiles('quota');

it('shows what is most used as a table, and ends with 0 where all fits', async () => {
  const { exitCode, stdout, stderr } = await run(['quota', homePlan, regionPlan]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
});

it('shows what is exceeded first, with the request to make, and ends with 1', async () => {
  const plan = files.put('many.json', planOf(subscriptions(201)));
  const { exitCode, stdout } = await run(['quota', plan]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatchSnapshot();
});

it('answers with one document', async () => {
  const { exitCode, stdout, stderr } = await run(['quota', regionPlan, '--json']);
  const document = JSON.parse(stdout);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(document).toMatchObject({ regions: ['eu-west-1'], changesPerSecond: 1, counts: { exceeded: 0 } });
  expect(document.verdicts.length).toBeGreaterThan(40);
});

it('shows everything with --all', async () => {
  const [some, all] = await Promise.all([run(['quota', regionPlan]), run(['quota', regionPlan, '--all'])]);
  expect(some.stdout).not.toContain('sns: Topics per Account');
  expect(all.stdout).toContain('sns: Topics per Account');
  expect(all.stdout).not.toContain('are shown with --all');
});

it("holds plans against the account's limits", async () => {
  const quota = {
    ServiceCode: 'sns',
    QuotaCode: 'L-B96EDA7D',
    QuotaArn: 'arn:aws:servicequotas:eu-west-1:1:sns/L-B96EDA7D',
    Value: 3,
  };
  const applied = files.put('sns.json', { Quotas: [quota] });
  const { exitCode, stdout } = await run(['quota', regionPlan, '--applied', applied]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/✗ {2}sns: Filter Policies per Topic +eu-west-1 +4 +3 \(yours\) +133 %/);
});

it('takes the region of a plan from the argument where the plan does not say it', async () => {
  const text = planOf(subscriptions(1)).replace('"eu-west-1"', 'null');
  const plan = files.put('nowhere.json', text);
  expect((await run(['quota', plan])).stdout).toContain('1 resource in no known region: name the plan as REGION=FILE');
  const { stdout } = await run(['quota', `sa-east-1=${plan}`, '--json']);
  expect(JSON.parse(stdout).regions).toEqual(['sa-east-1']);
});

it('colours only where somebody looks', async () => {
  const plan = files.put('coloured.json', planOf(subscriptions(201)));
  expect((await run(['quota', plan], { isTTY: true })).stdout).toContain('\u001b[31m✗');
  expect((await run(['quota', plan], { isTTY: true, noColour: true })).stdout).not.toContain('\u001b[');
});

it('lets nothing in an address act on a terminal', async () => {
  const [first] = subscriptions(1);
  const after = { ...first?.after, topic_arn: 'arn:\u001b[2J' };
  const plan = files.put('hostile.json', planOf([{ address: 'a.b', type: 'aws_sns_topic_subscription', after }]));
  expect((await run(['quota', plan, '--all'])).stdout).not.toContain('\u001b');
});

it.each([
  [['quota'], 64],
  [['quota', regionPlan, '--changes-per-second', 'many'], 64],
  [['quota', regionPlan, '--changes-per-second', '-1'], 64],
  [['quota', regionPlan, '--services', '1.5'], 64],
  [['quota', 'no-such-plan.json'], 66],
  [['quota', __filename], 66],
  [['quota', regionPlan, regionPlan], 66],
  [['quota', regionPlan, '--applied', __filename], 66],
])('%j ends with %d, and says why', async (args, code) => {
  const { exitCode, stderr } = await run(args);
  expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringMatching(/\S/) });
});
