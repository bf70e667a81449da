import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Terraform } from '@flaghoist/terraform/terraform';
import { readOnly } from '../lib/read-only.ts';
import type { LookOptions } from '../lib/take-plan.ts';
import { takePlans } from '../lib/take-plans.ts';
import { takeState } from '../lib/take-state.ts';
import { RecordedTerraform } from './support/recorded-terraform.ts';

let root: string;
let workDirectory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'drift-root-'));
  workDirectory = mkdtempSync(join(tmpdir(), 'drift-work-'));
});
afterEach(() => {
  for (const folder of [root, workDirectory]) rmSync(folder, { recursive: true });
});

const optionsOf = (terraform: Terraform, more: Partial<LookOptions>): LookOptions => ({
  terraform,
  root,
  workDirectory,
  workspace: 'test',
  varFiles: ['test.tfvars'],
  vars: ['a=b'],
  hasUpstream: false,
  backend: [],
  variables: { AWS_REGION: 'eu-west-1' },
  onProgress: () => {},
  ...more,
});

const look = (terraform: Terraform, more: Partial<LookOptions> = {}) => takePlans(optionsOf(terraform, more));

const commands = ({ ran }: RecordedTerraform) => ran.map(({ args }) => args[0]).sort();

it('takes both plans without a lock, in the workspace, with the values', async () => {
  const terraform = new RecordedTerraform('drifted');
  const { unread, finished } = await look(terraform);
  expect({ unread, finished }).toEqual({ unread: [], finished: true });
  const plans = terraform.ran.filter(({ args }) => args[0] === 'plan');
  expect(plans.map(({ args }) => args.includes('-refresh-only')).sort()).toEqual([false, true]);
  for (const { args, variables } of plans) {
    expect(args).toEqual(expect.arrayContaining(['-lock=false', '-var-file=test.tfvars', '-var=a=b']));
    expect(variables).toMatchObject({ TF_WORKSPACE: 'test', AWS_REGION: 'eu-west-1' });
  }
});

it('initialises aside, and leaves the lock file as it is', async () => {
  writeFileSync(join(root, '.terraform.lock.hcl'), '');
  const terraform = new RecordedTerraform('drifted');
  await look(terraform, { backend: ['test.s3.tfbackend'] });
  const init = terraform.ran.find(({ args }) => args[0] === 'init');
  expect(init?.args).toEqual(expect.arrayContaining(['-lockfile=readonly', '-backend-config=test.s3.tfbackend']));
  expect(init?.variables?.['TF_DATA_DIR']).toBe(join(workDirectory, 'data'));
  expect(existsSync(join(root, '.terraform'))).toBe(false);
});

it('initialises aside anew, whatever stack and backend were looked at in the same folder before', async () => {
  const terraform = new RecordedTerraform('drifted');
  await look(terraform, { backend: ['test.s3.tfbackend'] });
  // Terraform otherwise refuses another backend, or would ask whether to move the state there.
  expect(terraform.ran.find(({ args }) => args[0] === 'init')?.args).toContain('-reconfigure');
});

it('uses a root that is initialised already as it is, unless another backend is named', async () => {
  mkdirSync(join(root, '.terraform'));
  const terraform = new RecordedTerraform('drifted');
  await look(terraform);
  expect(commands(terraform)).toEqual(['output', 'plan', 'plan', 'show', 'show', 'workspace']);
  const other = new RecordedTerraform('drifted');
  await look(other, { backend: ['key=x'] });
  expect(commands(other)).toContain('init');
});

it('does not plan in a workspace that is not there, because that would create it', async () => {
  const terraform = new RecordedTerraform('drifted');
  await expect(look(terraform, { workspace: 'prod' })).rejects.toMatchObject({
    code: 'FH_NO_WORKSPACE',
    message: expect.stringContaining('there are default, test'),
  });
  expect(commands(terraform)).not.toContain('plan');
});

it('says what it is at before each command of Terraform', async () => {
  mkdirSync(join(root, '.terraform'));
  for (const backend of [[], ['key=x']]) {
    const terraform = new RecordedTerraform('drifted');
    const said: (readonly [line: string, before: number])[] = [];
    await look(terraform, { backend, onProgress: (line) => said.push([line, terraform.ran.length]) });
    const saidBefore = (command: string) => {
      const first = terraform.ran.findIndex(({ args }) => args[0] === command);
      return said.filter(([, before]) => before <= first).at(-1)?.[0];
    };
    expect(saidBefore('workspace')).toContain('with what it was applied');
    expect(saidBefore('show')).toMatch(/^Reading what the \S+ plan says …$/);
    expect(said[0]?.[1]).toBe(0);
  }
});

it('tells which resources could not be read when a plan failed half-way', async () => {
  const { unread, finished } = await look(new RecordedTerraform('unreadable'));
  expect(finished).toBe(false);
  expect(unread).toEqual([
    { address: 'aws_sns_topic.this["unreadable"]', reason: expect.stringContaining('AuthorizationError') },
  ]);
});

it('tells what failed beside a resource that could not be read', async () => {
  const terraform = new RecordedTerraform('unreadable');
  const run = terraform.run.bind(terraform);
  terraform.run = async (args, options) => {
    if (args[0] === 'plan' && !args.includes('-refresh-only')) {
      options.onOutput?.(
        '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Invalid index","detail":"no such key"}}\n',
      );
    }
    return run(args, options);
  };
  const { unread } = await look(terraform);
  expect(unread).toEqual([
    { address: 'aws_sns_topic.this["unreadable"]', reason: expect.stringContaining('AuthorizationError') },
    { address: '(the whole root)', reason: 'Invalid index: no such key' },
  ]);
});

describe('a stack that says how it was applied', () => {
  const outputs = {
    drift: {
      sensitive: false,
      value: {
        role_arn: 'arn:aws:iam::1:role/drift',
        external_id: 'flaghoist',
        regions: ['eu-west-1'],
        variables: { deployment_role_arn: 'arn:aws:iam::1:role/drift', first_deployment: 'false' },
        without_upstream: { image_digest: 'sha256:1', other: null },
      },
    },
  };
  const varsOf = ({ ran }: RecordedTerraform) =>
    ran.find(({ args }) => args[0] === 'plan')?.args.filter((each) => each.startsWith('-var='));

  it('is planned with its own inputs, and then with those of the caller, which count', async () => {
    const terraform = new RecordedTerraform('drifted', { outputs });
    const { applied } = await look(terraform, { vars: ['image_digest=sha256:2'] });
    expect(varsOf(terraform)).toEqual([
      '-var=deployment_role_arn=arn:aws:iam::1:role/drift',
      '-var=first_deployment=false',
      '-var=image_digest=sha256:1',
      '-var=image_digest=sha256:2',
    ]);
    expect(applied).toMatchObject({
      roleArn: 'arn:aws:iam::1:role/drift',
      externalId: 'flaghoist',
      regions: ['eu-west-1'],
    });
    expect(terraform.ran.find(({ args }) => args[0] === 'output')?.variables).toMatchObject({ TF_WORKSPACE: 'test' });
  });

  it('takes over from upstream what comes from there', async () => {
    const terraform = new RecordedTerraform('drifted', { outputs });
    await look(terraform, { hasUpstream: true, vars: [] });
    expect(varsOf(terraform)).not.toContain('-var=image_digest=sha256:1');
  });

  it('is refused where it says it in another form', async () => {
    const terraform = new RecordedTerraform('drifted', { outputs: { drift: { value: { regions: 'eu-west-1' } } } });
    await expect(look(terraform)).rejects.toThrow('the outputs of the stack');
  });
});

it('tells that a state is empty, and not what all fails because of that', async () => {
  await expect(look(new RecordedTerraform(undefined, { resources: '' }))).rejects.toMatchObject({
    code: 'FH_NO_STATE',
    message: expect.stringContaining('is empty'),
  });
});

it("fails with Terraform's own words when nothing could be read, although there is a plan", async () => {
  await expect(look(new RecordedTerraform())).rejects.toMatchObject({
    code: 'FH_TERRAFORM_FAILED',
    message: expect.stringContaining('No valid credential sources found'),
  });
});

describe('a Terraform that only looks', () => {
  const run = (args: readonly string[]) => readOnly(new RecordedTerraform('drifted')).run(args, { directory: root });

  it.each([
    [['apply', '-auto-approve']],
    [['destroy']],
    [['refresh']],
    [['import', 'a.b', 'c']],
    [['taint', 'a.b']],
    [['state', 'rm', 'a.b']],
    [['state', 'list', '-state=x', 'y']],
    [['output', '-json', '-state=x']],
    [['force-unlock', '1']],
    [['workspace', 'new', 'x']],
    [['workspace', 'select', '-or-create', 'x']],
    [['plan', '-json']],
    [['plan', '-lock=false', '-lock=true']],
    [['plan', '-lock=false', '-generate-config-out=x.tf']],
    [['plan', '-lock=false', '-destroy']],
    [['init', '-migrate-state']],
    [['init', '-upgrade']],
    [['console']],
    [['-chdir=elsewhere', 'apply']],
    [[]],
  ])('refuses %j', async (args) => {
    await expect(run(args)).rejects.toMatchObject({ code: 'FH_WOULD_WRITE' });
  });

  it('does not take a value for an option', async () => {
    const out = `-out=${join(workDirectory, 'x.tfplan')}`;
    await expect(run(['plan', '-lock=false', out, '-var=x=-destroy'])).resolves.toMatchObject({ exitCode: 0 });
  });
});

describe('what is applied', () => {
  const take = (terraform: Terraform, more: Partial<LookOptions> = {}) => takeState(optionsOf(terraform, more));

  it('is read anew, without a lock, with what the stack was applied with', async () => {
    const outputs = { drift: { value: { variables: { digest: 'sha256:1' } } } };
    const terraform = new RecordedTerraform('drifted', { outputs });
    expect(JSON.parse(await take(terraform))).toMatchObject({ prior_state: { values: { root_module: {} } } });
    const plans = terraform.ran.filter(({ args }) => args[0] === 'plan');
    expect(plans.map(({ args }) => args)).toEqual([
      expect.arrayContaining(['-refresh-only', '-lock=false', '-var-file=test.tfvars', '-var=digest=sha256:1']),
    ]);
    expect(plans[0]?.variables).toMatchObject({ TF_WORKSPACE: 'test' });
  });

  it('is not told in part', async () => {
    await expect(take(new RecordedTerraform('unreadable'))).rejects.toMatchObject({
      code: 'FH_TERRAFORM_FAILED',
      message: expect.stringContaining('terraform plan ended with 1:\n'),
    });
  });

  it('is nothing in a workspace that is not there', async () => {
    await expect(take(new RecordedTerraform('drifted'), { workspace: 'prod' })).rejects.toMatchObject({
      code: 'FH_NO_WORKSPACE',
    });
  });
});
