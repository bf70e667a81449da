import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { runProgram } from '../lib/program.ts';
import { Sink } from './streams.ts';

const recordings = join(__dirname, '..', '..', 'drift', 'test', 'fixtures');

let folder: string;
let sources: string;
let fleet: string;
let stack: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-drift-'));
  sources = join(folder, 'infra-tf', 'lib');
  fleet = join(folder, 'fleet');
  mkdirSync(fleet);
  stack = join(sources, 'stacks', 'application');
  mkdirSync(join(stack, 'environments'), { recursive: true });
  writeFileSync(
    join(fleet, 'environments.json'),
    '{"environments":[{"name":"test","region":"eu-west-1","replicaRegion":"eu-central-1","account":"111111111111","upstream":null}]}',
  );
  writeFileSync(join(stack, 'environments', 'test.tfvars'), '');
  writeFileSync(join(stack, 'environments', 'test.s3.tfbackend'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that answers as Terraform did when a recording was made, and writes down what it was asked. */
const replay = (recording: string): string => {
  const file = join(folder, 'terraform');
  const plans = join(recordings, `${recording}.jsonl`);
  const failed = recording === 'unreadable' ? `cat '${join(recordings, 'unreadable-events.jsonl')}'; exit 1` : 'exit 0';
  const script = `#!/bin/sh
echo "$*" >> '${join(folder, 'calls')}'
case "$1" in
  version) echo '{"terraform_version": "1.11.4"}' ;;
  output) cat '${join(folder, 'outputs.json')}' 2>/dev/null || echo '{}' ;;
  workspace) printf '  default\\n* test\\n' ;;
  plan) for each in "$@"; do case "$each" in -out=*) echo plan > "\${each#-out=}" ;; esac; done; ${failed} ;;
  show) case "$4" in *refresh-only.tfplan) sed -n 1p '${plans}' ;; *) sed -n 2p '${plans}' ;; esac ;;
esac
`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
};

const calls = (): readonly string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

const drift = async (recording: string, ...args: readonly string[]) => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const exitCode = await runProgram(
    ['drift', 'test', '--sources', sources, '--no-unmanaged', '--at', '2026-11-22T12:00Z', ...args],
    {
      stdout,
      stderr,
      noColour: true,
      variables: { ...process.env, FLAGHOIST_TERRAFORM: replay(recording), FLAGHOIST_CACHE: join(folder, 'cache') },
    },
    new AbortController().signal,
  );
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};

it('is a yes when all that differs is merged and not applied', async () => {
  const { exitCode, stdout } = await drift('pending');
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toContain(
    'pending  aws_cloudwatch_log_group.web retention_in_days\n         applied 30, configured 60\n',
  );
  expect(stdout).toContain('test: 10 resources clean, 1 pending, 0 state-only drift, 0 configuration drift');
  expect(stdout).toMatch(/\nno drift\n$/);
});

it('shows drift with old and new values, the worst first', async () => {
  const { exitCode, stdout, stderr } = await drift('drifted');
  expect(exitCode).toBe(exitCodes.no);
  expect(stdout).toMatch(/^critical aws_s3_bucket_public_access_block\.evidence block_public_policy public access\n/);
  expect(stdout).toContain(
    'high     aws_cloudwatch_log_group.web retention_in_days deletion\n         configuration: 30 → 1\n',
  );
  expect(stdout).toContain('drift (10 at low or above)\n');
  expect(stderr).toContain('Taking the refresh-only plan …\n');
});

it('shows what nobody asked for also when an apply has taken it into the state', async () => {
  const { exitCode, stdout } = await drift('taken-in', '--fail-on', 'critical');
  expect(exitCode).toBe(exitCodes.no);
  expect(stdout).toMatch(
    /^critical aws_security_group\.web ingress\[\*\] public access\n {9}state-only: \{"cidr_blocks":/,
  );
  expect(stdout).toContain(
    '         an apply has taken it into the state; no resource accounts for it, and nothing configures it\n',
  );
});

it.each([
  ['critical', exitCodes.no, 2],
  ['high', exitCodes.no, 7],
  ['medium', exitCodes.no, 8],
])('counts what is at least %s', async (level, expected, alarms) => {
  const { exitCode, stdout } = await drift('drifted', '--fail-on', level, '--json');
  expect(exitCode).toBe(expected);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, alarms, failOn: level, complete: true });
});

it('is no yes when something could not be read, and says so to scripts', async () => {
  writeFileSync(join(fleet, 'drift-noise.yaml'), noiseForAll());
  const { exitCode, stdout } = await drift('unreadable', '--fail-on', 'critical');
  expect(stdout).toContain('unread   aws_sns_topic.this["unreadable"]\n');
  expect(stdout).toContain('drift (1 at critical or above), and incomplete\n');
  expect(exitCode).toBe(exitCodes.no);
  writeFileSync(
    join(fleet, 'drift-noise.yaml'),
    noiseForAll('aws_s3_bucket_public_access_block', 'block_public_policy'),
  );
  const quiet = await drift('unreadable', '--fail-on', 'critical');
  expect(quiet.stdout).toContain('incomplete: what was not read may have drifted\n');
  expect(quiet.exitCode).toBe(20);
});

/** The hand-made rule, and one more. */
const noiseForAll = (type = 'aws_sns_topic', attribute = 'name'): string =>
  `version: 1\nnoise:\n${[
    ['aws_security_group', 'ingress'],
    [type, attribute],
  ]
    .map(
      (each) => `  - {type: ${each[0]}, attribute: ${each[1]}, class: any, reason: x, owner: y, expires: 2027-01-01}\n`,
    )
    .join('')}`;

it('tells entries of the noise list that are expired, end soon or too far, or covered nothing', async () => {
  writeFileSync(
    join(fleet, 'drift-noise.yaml'),
    'version: 1\nnoise:\n  - {type: aws_ssm_parameter, attribute: version, reason: x, owner: team-a, expires: 2026-11-21}\n  - {type: aws_rds_cluster, attribute: port, reason: x, owner: y, expires: 2027-01-01}\n  - {type: aws_rds_cluster, attribute: engine, reason: x, owner: y, expires: 2099-12-31}\n  - {type: aws_rds_cluster, attribute: engine_mode, reason: x, owner: y, expires: 2026-12-22}\n',
  );
  const { stdout } = await drift('drifted');
  expect(stdout).toMatch(
    /expired {2}\S+drift-noise\.yaml:3 aws_ssm_parameter\.version \(team-a, until 2026-11-21\): it counts again/,
  );
  expect(stdout).toMatch(/too far {2}\S+drift-noise\.yaml:5 aws_rds_cluster\.engine \(y, until 2099-12-31\)/);
  expect(stdout).toMatch(/ends soon \S+drift-noise\.yaml:6 aws_rds_cluster\.engine_mode \(y, until 2026-12-22\)/);
  expect(stdout).toMatch(/; 2 entries of \S+drift-noise\.yaml covered nothing \(lines 4, 6\)\n/);
});

it.each([
  [1, /; 1 entry of \S+drift-noise\.yaml covered nothing \(line 3\)\n/],
  [3, /; 3 entries of \S+drift-noise\.yaml covered nothing \(lines 3, 4, 5\)\n/],
  [16, /; 16 entries of \S+drift-noise\.yaml covered nothing \(between lines 3 and 18, each with --json\)\n/],
])('tells how many entries of the noise list covered nothing, and where, however many: %d', async (count, told) => {
  const entries = Array.from(
    { length: count },
    (_, index) => `  - {type: aws_rds_cluster, attribute: a${index}, reason: x, owner: y, expires: 2027-01-01}\n`,
  );
  writeFileSync(join(fleet, 'drift-noise.yaml'), `version: 1\nnoise:\n${entries.join('')}`);
  expect((await drift('pending')).stdout).toMatch(told);
  const { stdout } = await drift('pending', '--json');
  expect(JSON.parse(stdout).noise.unused.map(({ line }: { line: number }) => line)).toEqual(
    entries.map((_, index) => index + 3),
  );
});

it('takes values and backend of the environment from beside the stack', async () => {
  await drift('pending', '--var', 'deployment_role_arn=arn:x');
  expect(calls().find((call) => call.startsWith('init'))).toContain(
    `-backend-config=${join(stack, 'environments', 'test.s3.tfbackend')}`,
  );
  const plans = calls().filter((call) => call.startsWith('plan'));
  expect(plans).toHaveLength(2);
  for (const plan of plans) {
    expect(plan).toContain('-lock=false');
    expect(plan).toContain(`-var-file=${join(stack, 'environments', 'test.tfvars')} -var=deployment_role_arn=arn:x`);
  }
});

it('reads with the role of its own where there is one', async () => {
  writeFileSync(join(stack, 'environments', 'test.drift.tfbackend'), '');
  await drift('pending');
  expect(calls().find((call) => call.startsWith('init'))).toContain(
    `-backend-config=${join(stack, 'environments', 'test.drift.tfbackend')}`,
  );
});

it('plans with what the stack says that it was applied with', async () => {
  writeFileSync(
    join(folder, 'outputs.json'),
    '{"drift":{"value":{"variables":{"deployment_role_arn":"arn:drift"},"without_upstream":{"image_digest":"sha256:1"}}}}',
  );
  await drift('pending');
  expect(calls().find((call) => call.startsWith('plan'))).toContain(
    '-var=deployment_role_arn=arn:drift -var=image_digest=sha256:1',
  );
});

it('never says "no drift" below what drifted, however little it is', async () => {
  writeFileSync(
    join(fleet, 'drift-noise.yaml'),
    noiseForAll('aws_s3_bucket_public_access_block', 'block_public_policy'),
  );
  const { exitCode, stdout } = await drift('drifted', '--fail-on', 'critical');
  expect(exitCode).toBe(exitCodes.ok);
  expect(stdout).toContain('\ndrift, all of it below critical\n');
  expect(stdout).not.toContain('no drift');
});

it("hands on the user's own inputs and credentials, and nothing that changes a command", async () => {
  const seen = join(folder, 'seen');
  const terraform = replay('pending');
  writeFileSync(terraform, readFileSync(terraform, 'utf8').replace('case "$1"', `env >> '${seen}'\ncase "$1"`), {
    mode: 0o755,
  });
  await runProgram(
    ['drift', 'test', '--sources', sources, '--no-unmanaged'],
    {
      stdout: new Sink(),
      stderr: new Sink(),
      noColour: true,
      variables: {
        ...process.env,
        FLAGHOIST_TERRAFORM: terraform,
        FLAGHOIST_CACHE: join(folder, 'cache'),
        TF_VAR_image_digest: 'sha256:2',
        AWS_PROFILE: 'dev',
        TF_CLI_ARGS_plan: '-destroy',
      },
    },
    new AbortController().signal,
  );
  const environment = readFileSync(seen, 'utf8');
  expect(environment).toContain('TF_VAR_image_digest=sha256:2');
  expect(environment).toContain('AWS_PROFILE=dev');
  expect(environment).not.toContain('TF_CLI_ARGS_plan');
});

it('leaves no plan behind, because plans tell secrets', async () => {
  await drift('drifted');
  const out = /-out=(\S+)/.exec(calls().find((call) => call.startsWith('plan')) ?? '')?.[1] ?? '';
  expect(out).toContain('flaghoist-drift-');
  expect(() => readFileSync(out)).toThrow('ENOENT');
});

it('names in its help every exit code but those of changes', async () => {
  const { stdout } = await drift('drifted', '--help');
  const told = stdout.slice(stdout.indexOf('Exit codes:')).match(/\d+/g)?.map(Number);
  const { rejected, conflict, rolledBack, unverified, held, superseded, approval, ...own } = exitCodes;
  const ofChanges: readonly number[] = [rejected, conflict, rolledBack, unverified, held, superseded, approval];
  expect(told).toEqual(Object.values(own));
  expect(told?.filter((code) => ofChanges.includes(code))).toEqual([]);
});

it.each([
  ['a stack that is not there', ['--stack', 'nowhere'], 'usage', '--stack is not valid: there is no nowhere in '],
  ['a root that is not there', ['--root', 'nowhere'], 'unreadable', '--root is not valid: there is no folder'],
  ['values that are not there', ['--var-file', 'nowhere.tfvars'], 'unreadable', 'there is no file nowhere.tfvars'],
  ['a tag without a value', ['--tag', 'environment'], 'usage', '"environment" is no key=value'],
  ['a severity that is none', ['--fail-on', 'awful'], 'usage', 'Allowed choices are critical, high, medium, low'],
  ['a workspace that the stack does not have', ['--workspace', 'other'], 'usage', 'test has no workspace "other"'],
  ['a workspace that is not there', ['--root', '.', '--workspace', 'other'], 'unreadable', 'FH_NO_WORKSPACE'],
  ['a time that is none', ['--at', 'tomorrow'], 'usage', '"tomorrow" is no time'],
] as const)('refuses %s', async (_case, args, ending, message) => {
  const { exitCode, stderr, stdout } = await drift('drifted', ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: exitCodes[ending], stdout: '' });
  expect(stderr).toContain(message);
});

it('names the environments that there are when there is no such one, before it asks Terraform', async () => {
  const stderr = new Sink();
  const exitCode = await runProgram(
    ['drift', 'tset', '--sources', sources],
    {
      stdout: new Sink(),
      stderr,
      noColour: true,
      variables: { ...process.env, FLAGHOIST_TERRAFORM: replay('pending') },
    },
    new AbortController().signal,
  );
  expect(exitCode).toBe(exitCodes.usage);
  expect(stderr.text).toContain(
    'FH_USAGE: there is no environment "tset" in fleet/environments.json\nhint: Name one of: test; or',
  );
  expect(existsSync(join(folder, 'calls'))).toBe(false);
});
