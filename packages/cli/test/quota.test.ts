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
  ['0', 'from 1 to'],
  ['-1', 'from 1 to'],
  ['1.5', 'a whole number'],
  ['1e99', 'in digits'],
  ['0x10', 'in digits'],
  ['', 'in digits'],
  ['5', 'the plans have 4'],
])('refuses --services %j: %s', async (services, said) => {
  const { exitCode, stderr } = await run(['quota', regionPlan, `--services=${services}`]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: expect.stringContaining(said) });
});

it('takes a load of less than one change a second', async () => {
  const { stdout } = await run(['quota', regionPlan, '--changes-per-second', '0.001']);
  expect(stdout).toContain('0.001 changes a second');
});

it.each([
  ['a region that is none', `x=${regionPlan}`, '"x" is no region'],
  ['capitals', `EU-WEST-1=${regionPlan}`, '"EU-WEST-1" is no region'],
  ['no region', `=${regionPlan}`, '"" is no region'],
  ['no file', 'eu-west-1=', 'no file stands behind the ='],
])('says of %s before a file what is wrong with it', async (_, argument, said) => {
  const { exitCode, stderr } = await run(['quota', argument]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: expect.stringContaining(said) });
  expect(stderr).toContain('hint: Write a region of AWS, = and a file: eu-west-1=plan.json.');
});

it('refuses a region that AWS does not have, by its name', async () => {
  const { exitCode, stderr } = await run(['quota', `xx-mars-1=${regionPlan}`]);
  expect(exitCode).toBe(64);
  expect(stderr).toContain('AWS has no region xx-mars-1');
  expect(stderr).toContain('aws-regions.ts');
});

it('counts addresses of two stacks of one account together, and names the request to make', async () => {
  const stack = (name: string, module: string) =>
    files.put(
      name,
      planOf(
        ['a', 'b', 'c'].map((zone) => ({
          address: `${module}.aws_eip.nat["${zone}"]`,
          type: 'aws_eip',
          after: { domain: 'vpc' },
        })),
      ),
    );
  const [flags, application] = [stack('flags.json', 'module.network'), stack('application.json', 'module.network.x')];
  expect((await run(['quota', flags])).exitCode).toBe(0);
  const { exitCode, stdout } = await run(['quota', flags, application]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/✗ {2}ec2: EC2-VPC Elastic IPs +eu-west-1 +6 +5 +120 %/);
  expect(stdout).toContain('--service-code ec2 --quota-code L-0263D0A3 --desired-value 8 --region eu-west-1');
});

it('reads a file with = in its name', async () => {
  const plan = files.put('a=b.json', planOf(subscriptions(1)));
  expect((await run(['quota', plan])).exitCode).toBe(0);
});

it('refuses plans of two accounts, by name', async () => {
  const of = (account: string) =>
    files.put(
      `${account}.json`,
      planOf([{ address: 'a.b', type: 'a', after: { kms_key_id: `arn:aws:kms:eu-west-1:${account}:key/mrk-1` } }]),
    );
  const { exitCode, stderr } = await run(['quota', of('111111111111'), of('222222222222')]);
  expect(exitCode).toBe(66);
  expect(stderr).toMatch(
    /111111111111\.json is of account 111111111111, .*222222222222\.json is of account 222222222222/,
  );
});

it.each([
  [['quota'], 64],
  [['quota', regionPlan, '--changes-per-second', '1e3'], 64],
  [['quota', regionPlan, '--changes-per-second', '10001'], 64],
  [['quota', regionPlan, '--flags', '1e99'], 64],
  [['quota', `us-east-1=${regionPlan}`], 66],
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

it.each([
  ['is not there', undefined, 'there is no such file'],
  ['is empty', '', 'not JSON: it is empty, as a file is whose command has failed'],
])('says of a plan that %s how a plan is made', async (_, text, said) => {
  const plan = text === undefined ? 'nowhere.json' : files.put('empty.json', text);
  const { exitCode, stderr } = await run(['quota', plan]);
  expect(exitCode).toBe(66);
  expect(stderr).toContain(said);
  expect(stderr).toContain('terraform show -json saved.tfplan > plan.json');
  expect(stderr).toContain('packages/capacity/scripts/plans.py write plans ENVIRONMENT SERVICES');
});
