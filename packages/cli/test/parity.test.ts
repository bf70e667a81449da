import { hash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';

jest.mock('@flaghoist/system/clock', () => ({ systemClock: { now: () => Date.parse('2026-12-01T00:00Z') } }));

const plansOfEnvironments = join(__dirname, '..', '..', 'parity', 'test', 'plans');
const names = ['dev', 'staging', 'prod'];
const now = '2026-11-22T12:00Z';

const entry = (path: string, expires = '2027-03-31'): string =>
  `  - path: ${path}\n    direction: increasing\n    reason: Production carries the load.\n    owner: platform-team\n    expires: ${expires}\n`;

const meant = [
  'module.store.aws_cloudwatch_log_group.this.retention_in_days',
  'var.desired_count',
  'var.retention_days',
];
const allowing = (...entries: string[]): string =>
  `version: 1\nallowed:${entries.length === 0 ? ' []' : `\n${entries.join('')}`}\n`;

let folder: string;
let sources: string;
let fleet: string;
let plans: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parity-'));
  sources = join(folder, 'infra-tf', 'lib');
  fleet = join(folder, 'fleet');
  plans = join(folder, 'plans');
  mkdirSync(join(sources, 'stacks', 'application'), { recursive: true });
  mkdirSync(plans);
  mkdirSync(fleet);
  cpSync(
    join(plansOfEnvironments, 'terraform.lock.hcl'),
    join(sources, 'stacks', 'application', '.terraform.lock.hcl'),
  );
  for (const name of names) cpSync(join(plansOfEnvironments, `${name}.plan`), join(plans, `${name}.json`));
  const regions = [
    ['eu-west-1', 'eu-central-1'],
    ['us-west-2', 'us-east-2'],
    ['us-east-1', 'us-west-2'],
  ];
  const environments = names.map((name, index) => ({
    name,
    region: regions[index]?.[0],
    replicaRegion: regions[index]?.[1],
    account: String(index + 1).repeat(12),
    upstream: names[index - 1] ?? null,
  }));
  writeFileSync(join(fleet, 'environments.json'), JSON.stringify({ environments }));
  writeFileSync(join(fleet, 'parity.yaml'), allowing(...meant.map((path) => entry(path))));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const parity = (...args: string[]) => run(['parity', '--sources', sources, '--plans', plans, '--at', now, ...args]);

it('says parity, and lists what is allowed and why', async () => {
  const { exitCode, stdout } = await parity();
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toMatch(
    /Parity of dev, staging, prod: \d+ values compared, \d+ identical, \d+ known after apply and made alike, 3 allowed, 0 violations; \d+ not compared/,
  );
  expect(stdout).toContain('✓ var.desired_count');
  expect(stdout).toContain('increasing: Production carries the load. (platform-team, until 2027-03-31)');
  expect(stdout).not.toContain('\x1b');
});

it('answers no to a difference that nothing covers', async () => {
  writeFileSync(join(fleet, 'parity.yaml'), allowing(...meant.slice(1).map((path) => entry(path))));
  const { exitCode, stdout } = await parity();
  expect(exitCode).toBe(exitCodes.no);
  expect(stdout).toMatch(
    /✗ module\.store\.aws_cloudwatch_log_group\.this\.retention_in_days\n {4}dev 7 +staging 14 +prod 30/,
  );
  expect(stdout).toContain('1 violation');
});

it('answers no to an entry that is expired or covers nothing', async () => {
  writeFileSync(
    join(fleet, 'parity.yaml'),
    allowing(...meant.slice(1).map((path) => entry(path)), entry(meant[0] ?? '', '2026-11-21'), entry('var.cpu')),
  );
  const { exitCode, stdout } = await parity();
  expect(exitCode).toBe(exitCodes.no);
  expect(stdout).toMatch(/^expired line 13: /m);
  expect(stdout).toMatch(/^unused line 18: var\.cpu covers no difference/m);
});

it('says a month before which entries end, which changes no answer', async () => {
  writeFileSync(
    join(fleet, 'parity.yaml'),
    allowing(entry(meant[0] ?? '', '2026-12-22'), entry(meant[1] ?? '', '2026-12-23'), entry(meant[2] ?? '')),
  );
  const { exitCode, stdout } = await parity();
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout.match(/^ends soon .*/gm)).toEqual([`ends soon line 3: ${meant[0]} (platform-team, until 2026-12-22)`]);
  const report: { readonly allowList: readonly { readonly path: string; readonly endsSoon: boolean }[] } = JSON.parse(
    (await parity('--json')).stdout,
  );
  expect(report.allowList.map(({ path, endsSoon }) => [path, endsSoon])).toEqual([
    [meant[0], true],
    [meant[1], false],
    [meant[2], false],
  ]);
});

it('prints the report as one JSON document', async () => {
  const { exitCode, stdout } = await parity('--json');
  expect(exitCode).toBe(exitCodes.ok);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, parity: true, counts: { allowed: 3, violations: 0 } });
});

it('writes the page and a bundle that verifies until something in it changes', async () => {
  const page = join(folder, 'parity.html');
  const bundle = join(folder, 'evidence');
  const { exitCode } = await parity('--html', page, '--evidence', bundle);
  expect(exitCode).toBe(exitCodes.ok);
  expect(readFileSync(page, 'utf8')).toContain('Parity of application');
  expect(readdirSync(bundle)).toContain('MANIFEST');

  const verified = await run(['parity', '--verify', bundle]);
  expect(verified.exitCode).toBe(exitCodes.ok);
  expect(verified.stdout).toContain('only the hash that was kept elsewhere tells');
  writeFileSync(join(bundle, 'report.json'), '{}');
  const { exitCode: changed, stdout } = await run(['parity', '--verify', bundle]);
  expect(changed).toBe(exitCodes.no);
  expect(stdout).toContain('✗ report.json: was changed');
});

it('prints the hash of the manifest, by which a bundle is known again', async () => {
  const bundle = join(folder, 'evidence');
  const { stdout } = await parity('--evidence', bundle);
  const digest = hash('sha256', readFileSync(join(bundle, 'MANIFEST')));
  expect(stdout).toContain(`whose MANIFEST has the SHA-256 ${digest}`);

  const known = await run(['parity', '--verify', bundle, '--manifest-sha256', digest]);
  expect(known).toMatchObject({
    exitCode: exitCodes.ok,
    stdout: `${bundle} is the bundle with the manifest ${digest}.\n`,
  });
  const other = await run(['parity', '--verify', bundle, '--manifest-sha256', '0'.repeat(64)]);
  expect(other.exitCode).toBe(exitCodes.no);
  expect(other.stdout).toContain(`✗ MANIFEST: its SHA-256 is ${digest}`);
});

it('says when it ran, whatever time it judges for, and that the plans were given', async () => {
  expect(JSON.parse((await parity('--json')).stdout)).toMatchObject({
    generatedAt: '2026-12-01T00:00:00.000Z',
    judgedAt: '2026-11-22T12:00:00.000Z',
    plannedBy: 'caller',
  });
});

it.each<[string, () => string[], string, number?]>([
  ['a page in no folder', () => ['--html', join(folder, 'none', 'x.html')], 'none is no folder that can be written to'],
  ['a page that is a folder', () => ['--html', plans], 'plans is a folder'],
  ['a bundle that is a file', () => ['--evidence', join(plans, 'dev.json')], 'dev.json is no folder'],
  ['a bundle below a file', () => ['--evidence', join(plans, 'dev.json', 'x')], 'dev.json is no folder'],
  ['a file to verify', () => ['--verify', join(plans, 'dev.json')], 'there is no folder', exitCodes.unreadable],
  ['a hash without a bundle', () => ['--manifest-sha256', '0'], 'there is no bundle'],
  ['plans and states at once', () => ['--states', plans], '--states is not valid: stands beside --plans'],
  ['a stack that there is none of', () => ['--stack', 'nope'], '--stack is not valid: there is no nope'],
])('refuses %s before it plans, with a hint', async (_what, args, message, ending = exitCodes.usage) => {
  // Without plans, so that whoever comes to them fails in another way.
  rmSync(join(plans, 'prod.json'));
  const { exitCode, stderr } = await parity(...args());
  expect(exitCode).toBe(ending);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^hint: /m);
});

it('does not mix two runs in one bundle', async () => {
  const { exitCode, stderr } = await parity('--evidence', plans);
  expect(exitCode).toBe(exitCodes.usage);
  expect(stderr).toContain('is not empty');
});

it.each<[string, () => void, RegExp]>([
  ['a plan that is missing', () => rmSync(join(plans, 'prod.json')), /FH_UNREADABLE_FILE: .*prod\.json/],
  ['a plan that is none', () => writeFileSync(join(plans, 'prod.json'), '{}'), /FH_INVALID_INPUT: the plan of prod/],
  ['no allow-list', () => rmSync(join(fleet, 'parity.yaml')), /FH_UNREADABLE_FILE: .*parity\.yaml/],
  [
    'a mistake in the allow-list',
    () => writeFileSync(join(fleet, 'parity.yaml'), 'allowed: ['),
    /FH_INVALID_FILE: \S+parity\.yaml:1:\d+: /,
  ],
])('cannot read %s, and gives a hint', async (_what, change, message) => {
  change();
  const { exitCode, stdout, stderr } = await parity();
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^hint: /m);
});

it('refuses a folder that has no environments', async () => {
  const { exitCode, stderr } = await run(['parity', '--sources', plans]);
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(stderr).toContain('there is no fleet/environments.json in the checkout of');
});

it('refuses to plan a stack that is there once for all environments, and names the others', async () => {
  mkdirSync(join(sources, 'stacks', 'once'));
  mkdirSync(join(sources, 'stacks', 'application', 'environments'));
  const { exitCode, stderr } = await run(['parity', '--sources', sources, '--stack', 'once']);
  expect([exitCode, stderr]).toEqual([
    exitCodes.usage,
    expect.stringMatching(/once has no folder environments.*\nhint: Name one of: application\.\n$/),
  ]);
});

describe('of a stack with a state for each region', () => {
  const queue = 'aws_sqs_queue.this[*].visibility_timeout_seconds';
  /** Home, standby and another region of each environment. */
  const regionsOf: Readonly<Record<string, readonly string[]>> = {
    dev: ['eu-west-1', 'eu-central-1', 'ap-south-1'],
    staging: ['us-west-2', 'us-east-2', 'ap-south-1'],
    prod: ['us-east-1', 'us-west-2', 'ap-south-1'],
  };
  const workspaces = names.flatMap((name) => (regionsOf[name] ?? []).map((region) => `${name}-${region}`));

  beforeEach(() => {
    const stack = join(sources, 'stacks', 'regional');
    mkdirSync(stack);
    cpSync(join(plansOfEnvironments, 'terraform.lock.hcl'), join(stack, '.terraform.lock.hcl'));
    writeFileSync(join(stack, 'package.json'), '{ "statePer": "region" }');
    const file = join(fleet, 'environments.json');
    const { environments } = JSON.parse(readFileSync(file, 'utf8'));
    const withRegions = environments.map((each: { name: string }) => ({ ...each, regions: regionsOf[each.name] }));
    writeFileSync(file, JSON.stringify({ environments: withRegions }));
    cpSync(join(__dirname, '..', '..', '..', 'fleet', 'topology.json'), join(fleet, 'topology.json'));
    for (const name of names) {
      const [home = '', ...others] = regionsOf[name] ?? [];
      const plan = readFileSync(join(plans, `${name}.json`), 'utf8');
      for (const region of [home, ...others]) {
        writeFileSync(join(plans, `${name}-${region}.json`), plan.replaceAll(home, region));
      }
    }
    writeFileSync(
      join(fleet, 'parity.yaml'),
      allowing(...meant.map((path) => `${entry(path)}    stacks: [regional]\n`)),
    );
  });

  /** One queue of production's standby waits longer. */
  const plantInStandby = (): void => {
    const file = join(plans, 'prod-us-west-2.json');
    const plan = JSON.parse(readFileSync(file, 'utf8'));
    const [first] = plan.resource_changes.filter(({ type }: { type: string }) => type === 'aws_sqs_queue');
    first.change.after.visibility_timeout_seconds += 1;
    writeFileSync(file, JSON.stringify(plan));
  };

  const violationsOf = (stdout: string) =>
    JSON.parse(stdout).differences.filter(({ status }: { status: string }) => status === 'violation');

  it('compares home, standby and another region, by the entries that are about that stack', async () => {
    const { exitCode, stdout } = await parity('--stack', 'regional', '--json');
    expect(exitCode).toBe(exitCodes.ok);
    const { stack, environments } = JSON.parse(stdout);
    expect(stack).toBe('regional');
    expect(environments.map(({ workspace }: { workspace: string }) => workspace).sort()).toEqual(workspaces.toSorted());
    const ofApplication = await parity('--json');
    expect(ofApplication.exitCode).toBe(exitCodes.no);
    expect(violationsOf(ofApplication.stdout)).toHaveLength(meant.length);
  });

  it('says in which of them a difference is, and is content with an entry for that instance alone', async () => {
    plantInStandby();
    const before = await parity('--stack', 'regional', '--json');
    expect(before.exitCode).toBe(exitCodes.no);
    const [violation, ...others] = violationsOf(before.stdout);
    expect(others).toEqual([]);
    expect(violation).toMatchObject({ part: 'standby', path: queue });

    const withEntry = (instance: string) => {
      const entries = [...meant.map((path) => entry(path)), `${entry(queue)}    instance: ${instance}\n`];
      writeFileSync(join(fleet, 'parity.yaml'), allowing(...entries.map((each) => `${each}    stacks: [regional]\n`)));
      return parity('--stack', 'regional');
    };
    const key = violation.instance.replaceAll(/^\["|"\]$/g, '');
    expect((await withEntry(key)).exitCode).toBe(exitCodes.ok);
    const wrong = await withEntry(`not-${key}`);
    expect(wrong.exitCode).toBe(exitCodes.no);
    expect(wrong.stdout).toContain(`${queue} covers no difference`);
  });

  it('names the plan that is missing, and what makes it', async () => {
    rmSync(join(plans, 'prod-us-west-2.json'));
    const { exitCode, stderr } = await parity('--stack', 'regional');
    expect(exitCode).toBe(exitCodes.unreadable);
    expect(stderr).toContain('prod-us-west-2.json');
    expect(stderr).toMatch(/^hint: .*of home, of its standby and of another region/m);
  });
});

it('compares what is applied', async () => {
  const states = join(folder, 'states');
  mkdirSync(states);
  const state = (count: number) =>
    JSON.stringify({
      format_version: '1.0',
      terraform_version: '1.11.4',
      values: {
        outputs: {},
        root_module: {
          resources: [
            {
              address: 'aws_x.y',
              mode: 'managed',
              type: 'aws_x',
              values: { id: `x-0${count}a1b2c3d4`, on: count < 3 },
            },
          ],
        },
      },
    });
  for (const [index, name] of names.entries()) writeFileSync(join(states, `${name}.json`), state(index + 1));
  rmSync(plans, { recursive: true });
  const arguments_ = ['parity', '--sources', sources, '--states', states, '--at', now];
  const { exitCode, stdout } = await run(arguments_);
  expect(exitCode).toBe(exitCodes.no);
  expect(stdout).toMatch(/✗ aws_x\.y\.on\n {4}dev true +staging true +prod false/);
  expect(stdout).toContain('1 violation');
  expect(stdout).not.toContain('unused');
  expect(JSON.parse((await run([...arguments_, '--json'])).stdout)).toMatchObject({ plannedBy: 'states' });
});

it('says what it takes', async () => {
  const { stdout } = await run(['parity', '--help']);
  expect(stdout).toContain('hoist parity --evidence');
  expect(stdout).toContain('Exit codes:');
  expect(existsSync(join(folder, 'evidence'))).toBe(false);
});
