import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployment, standInAws } from './aws-stand-in.ts';
import { RemediateCheckout } from './remediate-checkout.ts';

let aws: Awaited<ReturnType<typeof standInAws>>;
let checkout: RemediateCheckout;
beforeAll(async () => {
  aws = await standInAws(() => ({}));
});
afterAll(() => aws[Symbol.asyncDispose]());
beforeEach(() => {
  checkout = new RemediateCheckout();
});
afterEach(() => checkout[Symbol.dispose]());

const DAY_MS = 86_400_000;

/** What a run that is killed may leave there. */
const left = [
  ...['normal.tfplan', 'refresh-only.tfplan', 'recorded.tfstate', 'remediation.tfplan', 'outside.json'],
  ...['remediation.json.draft', 'untold.json.draft', 'applying.json.draft', 'attempts.json.draft'],
];

it('plans what somebody has opened, and applies that plan', async () => {
  const planned = await checkout.remediate('--plan');
  expect(planned).toMatchObject({ exitCode: 0, document: { outcome: 'planned', record: { need: 'auto' } } });
  expect(await checkout.remediate('--apply')).toMatchObject({ exitCode: 0, document: { outcome: 'mended' } });
});

it('applies nothing where another plan was put in its place, at the last moment too', async () => {
  await checkout.remediate('--plan');
  const file = join(checkout.plans, 'remediation.tfplan');
  const { document } = await checkout.remediate('--apply', '--store', `printf 'another plan' > '${file}'`);
  expect(document.error).toMatchObject({ code: 'FH_REMEDIATION_OUTDATED' });
  expect(checkout.calls.filter((each) => each.startsWith('apply'))).toEqual([]);
  expect(readdirSync(checkout.plans)).not.toContain('applying.json');
});

describe('--at', () => {
  const noise = `version: 1
noise:
  - type: aws_rds_cluster_instance
    attribute: publicly_accessible
    class: any
    reason: It was allowed once.
    owner: team-platform
    expires: 2020-06-30
`;

  it('judges the ends of entries of the noise list', async () => {
    writeFileSync(join(checkout.fleet, 'drift-noise.yaml'), noise);
    expect((await checkout.remediate('--plan')).document.outcome).toBe('planned');
    const then = await checkout.remediate('--plan', '--at', '2020-06-30T12:00Z');
    expect(then.document).toMatchObject({ outcome: 'refused', leaves: [{ refused: ['noise'] }] });
  });

  it('makes no plan older or newer than it is, so that it may be applied within a day of its making', async () => {
    const { document } = await checkout.remediate('--plan', '--at', '2020-01-01T00:00Z');
    expect(document.record.plannedAt).toBeGreaterThan(Date.UTC(2026, 0));
    expect((await checkout.remediate('--apply', '--at', '2020-06-30T12:00Z')).document.outcome).toBe('mended');
  });

  it('brings no plan back that is older than a day', async () => {
    const { document } = await checkout.remediate('--plan');
    const file = join(checkout.plans, 'remediation.json');
    const plannedAt = document.record.plannedAt - 2 * DAY_MS;
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), plannedAt }));
    const applied = await checkout.remediate('--apply', '--at', `${new Date(plannedAt).toISOString().slice(0, 16)}Z`);
    expect(applied.document.error.code).toBe('FH_REMEDIATION_OUTDATED');
    expect(checkout.calls.filter((each) => each.startsWith('apply'))).toEqual([]);
  });
});

it('refuses a policy of an environment that there is not, before it asks Terraform anything', async () => {
  checkout.write('remediation.json', {
    default: { closing: 'auto', mending: 'ask', attempts: 2 },
    environments: { Blue: { closing: 'ask' } },
  });
  const { exitCode, stderr } = await checkout.hoist('remediate', 'blue', '--plan');
  expect(exitCode).toBe(66);
  expect(stderr).toContain('fleet/environments.json has no environment "Blue". Name one of: blue, green.');
});

describe('a plan that was kept and cannot be read', () => {
  let digest: string;
  beforeEach(async () => {
    checkout.write('remediation.json', { default: { closing: 'ask', mending: 'ask', attempts: 2 } });
    const { document } = await checkout.remediate('--plan');
    digest = document.digest;
    expect((await checkout.remediate('--plan', '--keep', digest)).document.outcome).toBe('waiting');
    writeFileSync(join(checkout.plans, 'remediation.json'), '{"schema":2}');
  });

  it('waits for nobody, is said in the document, and another one takes its place', async () => {
    const { exitCode, document } = await checkout.remediate('--plan', '--keep', digest);
    expect([exitCode, document.outcome]).toEqual([16, 'planned']);
    expect(document.unreadable).toMatch(/^the record of the plan is not valid/);
    const again = await checkout.remediate('--plan', '--keep', document.digest);
    expect(again.document.outcome).toBe('waiting');
    expect(again.document).not.toHaveProperty('unreadable');
  });

  it('is said to people', async () => {
    const { stdout } = await checkout.hoist('remediate', 'blue', '--plan', '--keep', digest);
    expect(stdout).toMatch(/^the plan that was kept is applied by nobody: the record of the plan is not valid/);
  });
});

describe('the folder of the plan', () => {
  const files = (): readonly string[] =>
    readdirSync(checkout.plans).filter((name) => name !== 'data' && name !== 'lock');
  const modes = (): readonly string[] =>
    [checkout.plans, ...readdirSync(checkout.plans).map((name) => join(checkout.plans, name))].map((path) => {
      const { mode } = statSync(path);
      return (mode & 0o777).toString(8);
    });
  const leave = (names: readonly string[]): void => {
    mkdirSync(checkout.plans, { recursive: true });
    for (const name of names) writeFileSync(join(checkout.plans, name), 'a secret');
  };

  it('has a plan and its record until it is applied, and nobody else may read any of it', async () => {
    await checkout.remediate('--plan');
    expect(files()).toEqual(['attempts.json', 'outside.json', 'remediation.json', 'remediation.tfplan']);
    expect(new Set(modes())).toEqual(new Set(['600', '700']));
    await checkout.remediate('--apply');
    expect(files()).toEqual(['attempts.json']);
  });

  it('is another one for each stack and workspace, so that no plan takes the place of one that waits', async () => {
    await checkout.remediate('--plan');
    for (const root of ['application', 'governance']) {
      const folder = join(checkout.sources, 'stacks', root);
      mkdirSync(folder, { recursive: true });
      const { document } = await checkout.remediate('--plan', '--root', folder, '--workspace', 'default');
      expect(document.outcome).toBe('planned');
    }
    expect(readdirSync(join(checkout.plans, '..')).sort()).toEqual([
      'application',
      'application.default',
      'governance.default',
    ]);
    expect((await checkout.remediate('--apply')).document.outcome).toBe('mended');
  });

  it('has nothing of a look that found nothing', async () => {
    await checkout.remediate('--plan');
    await checkout.remediate('--apply');
    expect((await checkout.remediate('--plan')).document.outcome).toBe('nothing');
    expect(files()).toEqual(['attempts.json']);
  });

  it.each([
    ...['show -json -no-color *refresh-only.tfplan', 'show -json -no-color *normal.tfplan'],
    ...['plan *-target=*', 'show -json -no-color *remediation.tfplan', 'state pull'],
  ])('has no plan after a run in which %s fails', async (command) => {
    checkout.fails(command);
    expect((await checkout.hoist('remediate', 'blue', '--plan')).exitCode).toBe(69);
    expect(files().filter((name) => name !== 'attempts.json')).toEqual([]);
  });

  it('has nothing that a run before left there which was killed', async () => {
    leave(left);
    expect((await checkout.remediate('--apply')).document.error.code).toBe('FH_REMEDIATION_GONE');
    expect(files()).toEqual([]);
  });

  it('keeps the plan that waits, and what is needed to find out what became of an apply', async () => {
    await checkout.remediate('--plan');
    const kept = files();
    leave(left.filter((name) => !kept.includes(name)));
    checkout.write('remediation.json', { default: { closing: 'ask', mending: 'ask', attempts: 2 } });
    expect((await checkout.remediate('--apply')).document.error.code).toBe('FH_REMEDIATION_REFUSED');
    expect(files()).toEqual(kept);
  });
});

describe.each(['remediate', 'drift'] as const)('hoist %s of an environment', (command) => {
  const look = (...args: readonly string[]) =>
    checkout.hoist(command, 'blue', ...(command === 'remediate' ? ['--plan'] : ['--no-unmanaged']), ...args);
  const file = (name: string, text: string): string => {
    const path = join(checkout.environments, name);
    writeFileSync(path, text);
    return path;
  };
  const greens = (name: string): string => join(checkout.environments, `green.${name}`);

  it.each<[string, () => readonly string[]]>([
    ['a workspace', () => ['--workspace', 'green']],
    ['a workspace of a region', () => ['--workspace', 'green-us-east-1']],
    ['a workspace, of any root', () => ['--root', join(checkout.environments, '..'), '--workspace', 'green']],
    ['values, by their name', () => ['--var-file', greens('tfvars')]],
    ['values, by what they hold', () => ['--var-file', file('values.tfvars', 'x = 1\nenvironment   = "green" # it\n')]],
    ['values in JSON', () => ['--var-file', file('values.tfvars.json', '{"environment":"green"}')]],
    ['a value', () => ['--var', 'environment=green']],
    ['a backend, by its name', () => ['--backend-config', greens('s3.tfbackend')]],
    [
      'a backend, by where its states lie',
      () => ['--backend-config', file('a.tfbackend', 'workspace_key_prefix = "333333333333"\n')],
    ],
    [
      'a backend, by its role',
      () => [
        '--backend-config',
        file('b.tfbackend', 'assume_role = { role_arn = "arn:aws:iam::333333333333:role/x" }\n'),
      ],
    ],
    ['a backend, by its key', () => ['--backend-config', 'key=green/application.tfstate']],
    ['a setting of a backend', () => ['--backend-config', 'workspace_key_prefix=333333333333']],
  ])('refuses %s of another one, and asks Terraform nothing', async (_what, args) => {
    const { exitCode, stderr } = await look(...args());
    expect([exitCode, checkout.calls]).toEqual([64, []]);
    expect(stderr).toMatch(/FH_OTHER_ENVIRONMENT: .* is of green, and blue was asked for\nhint: Ask for green; or/);
  });

  it('refuses a workspace that it does not have of a stack', async () => {
    const { exitCode, stderr } = await look('--workspace', 'violet');
    expect([exitCode, checkout.calls]).toEqual([64, []]);
    expect(stderr).toMatch(/blue has no workspace "violet" of this stack\nhint: Name one of: blue;/);
  });

  it.each<[string, object | undefined, string]>([
    ['by its output', undefined, 'the state'],
    ['by the input that it was planned with', {}, 'the input environment'],
  ])('refuses a state of another one, %s', async (_how, outputs, what) => {
    checkout.isOf('green', ...(outputs === undefined ? [] : [outputs]));
    const { exitCode, stderr } = await look();
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(`${what} is of green, and blue was asked for`)]);
  });

  it.each([
    ['of values', '--var-file', 'values.tfvars', 'environment = "green'],
    ['of values, in JSON', '--var-file', 'values.tfvars.json', '{"environment":"green"'],
    ['of a backend', '--backend-config', 'a.tfbackend', 'key = green/'],
  ])('leaves to Terraform what nobody can parse: a file %s', async (_what, option, name, text) => {
    const { exitCode, stderr } = await look(option, file(name, text));
    expect([exitCode, stderr]).toEqual([command === 'drift' ? 1 : 0, expect.not.stringContaining('FH_')]);
    expect(checkout.calls).not.toEqual([]);
  });

  it('takes what is its own, however often it is named', async () => {
    const { exitCode, stderr } = await look(
      ...['--workspace', 'blue', '--var', 'environment=blue', '--var-file', join(checkout.environments, 'blue.tfvars')],
      ...['--backend-config', join(checkout.environments, 'blue.s3.tfbackend')],
      ...['--backend-config', 'key=blue/application.tfstate'],
    );
    expect([exitCode, stderr]).toEqual([command === 'drift' ? 1 : 0, expect.not.stringContaining('FH_')]);
  });
});

it('tells the trail of no other environment', async () => {
  const file = join(checkout.fleet, 'deployment.json');
  writeFileSync(file, JSON.stringify({ ...deployment, environment: 'green' }));
  const { exitCode, stderr } = await checkout.hoist('remediate', 'blue', '--plan', '--deployment', file);
  expect([exitCode, checkout.calls]).toEqual([64, []]);
  expect(stderr).toContain('the world of --deployment is of green, and blue was asked for');
});

describe('a folder that is not for plans', () => {
  it.each(['../..', '..', '.', 'blue/../..', '', '/etc'])(
    'is not closed by the name %j of an environment',
    async (name) => {
      const before = statSync(checkout.fleet).mode;
      const root = join(checkout.environments, '..');
      for (const [command, ...args] of [['remediate', '--plan'], ['drift']] as const) {
        const { exitCode, stderr } = await checkout.hoist(command, name, '--root', root, ...args);
        expect([exitCode, checkout.calls]).toEqual([64, []]);
        expect(stderr).toContain('is no name of an environment');
      }
      expect(statSync(checkout.fleet).mode).toBe(before);
    },
  );

  it.each([
    ['remediate', 'blue', '--plan'],
    ['waves', 'plan', 'blue'],
  ])('is not closed by --plans of hoist %s', async (command, first, second) => {
    const before = statSync(checkout.fleet).mode;
    const { exitCode, stderr } = await checkout.hoist(command, first, second, '--plans', checkout.fleet);
    expect([exitCode, checkout.calls, statSync(checkout.fleet).mode]).toEqual([64, [], before]);
    expect(stderr).toMatch(/has "[a-z-]+\.(json|yaml)", which is no plan, and others may read the folder/);
  });

  it('is taken where it is empty, or has what an earlier run has put there', async () => {
    const plans = join(checkout.fleet, '..', 'plans');
    mkdirSync(plans, { mode: 0o755 });
    expect((await checkout.remediate('--plan', '--plans', plans)).document.outcome).toBe('planned');
    for (const name of left) writeFileSync(join(plans, name), '{}', { flag: 'a' });
    chmodSync(plans, 0o755);
    expect((await checkout.remediate('--plan', '--plans', plans)).document.outcome).toBe('planned');
    expect(statSync(plans).mode & 0o777).toBe(0o700);
  });
});
