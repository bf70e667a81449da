import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { asTyped, openTerraform } from '../lib/terraform.ts';

const { it } = needs(() => findTerraform(process.env), process.env);

const directory = mkdtempSync(join(tmpdir(), 'terraform-test-'));
const variables = { ...process.env, FLAGHOIST_PROVIDER_MIRROR: '', FLAGHOIST_CACHE: join(directory, 'cache') };

/** A program that says that it is some version of Terraform. */
const pretender = (version: string): string => {
  const file = join(directory, `terraform-${version}`);
  writeFileSync(file, `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`, { mode: 0o755 });
  return file;
};

afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('finds the Terraform of the machine', async () => {
  const { version } = await openTerraform(variables);
  expect(version).toMatch(/^1\.\d+\.\d+/);
});

it('tells how to get Terraform where there is none', async () => {
  const opened = openTerraform({ ...variables, FLAGHOIST_TERRAFORM: join(directory, 'nowhere') });
  await expect(opened).rejects.toMatchObject({
    code: 'FH_TOOL_MISSING',
    hint: expect.stringContaining('Install Terraform'),
  });
});

it('refuses a Terraform that is too old', async () => {
  const opened = openTerraform({ ...variables, FLAGHOIST_TERRAFORM: pretender('1.9.8') });
  await expect(opened).rejects.toMatchObject({ code: 'FH_TOOL_MISSING', message: expect.stringContaining('1.9.8') });
});

it('takes versions by their numbers, not their letters', async () => {
  const opened = openTerraform({ ...variables, FLAGHOIST_TERRAFORM: pretender('1.10.0') });
  await expect(opened).resolves.toMatchObject({ version: '1.10.0' });
});

it('says in its own words why it failed', async () => {
  const terraform = await openTerraform(variables);
  writeFileSync(join(directory, 'main.tf'), 'output "x" { value = var.missing }\n');
  await expect(terraform.expect(['validate', '-no-color'], { directory })).rejects.toMatchObject({
    code: 'FH_TERRAFORM_FAILED',
    exitCode: 1,
    message: expect.stringContaining('Reference to undeclared input variable'),
  });
});

it('interrupts what runs when its signal is aborted, and starts nothing after that', async () => {
  const interruption = new AbortController();
  const program = pretender('1.11.5');
  const terraform = await openTerraform({ ...variables, FLAGHOIST_TERRAFORM: program }, interruption.signal);
  writeFileSync(
    program,
    `#!/usr/bin/env node
process.on('SIGINT', () => process.exit(7));
setInterval(() => {}, 60_000);
console.log('started');
`,
  );
  const { exitCode } = await terraform.run(['plan'], { directory, onOutput: () => interruption.abort() });
  expect(exitCode).toBe(7);
  await expect(terraform.run(['show'], { directory })).rejects.toThrow('aborted');
});

/** A Terraform that prints its environment. */
const environmentOf = async (more: Readonly<Record<string, string>>): Promise<string> => {
  const terraform = await openTerraform({ ...variables, ...more, FLAGHOIST_TERRAFORM: pretender('1.11.4') });
  writeFileSync(pretender('1.11.4'), '#!/bin/sh\nenv\n');
  return (await terraform.run(['env'], { directory })).stdout;
};

it('passes neither credentials nor variables of the shell on', async () => {
  const seen = await environmentOf({ AWS_SECRET_ACCESS_KEY: 'not for plans', TF_VAR_name: 'of the shell' });
  expect(seen).toContain('TF_IN_AUTOMATION=1');
  expect(seen).not.toMatch(/AWS_SECRET_ACCESS_KEY|TF_VAR_name/);
});

it.each([
  ['tokens of registries', { TF_TOKEN_registry_example_com: 'token' }],
  ['agents of keys', { SSH_AUTH_SOCK: '/tmp/agent' }],
  ['proxies, however they are written', { https_proxy: 'http://proxy:1' }],
  ['how git is to be called', { GIT_SSH_COMMAND: 'ssh -i key' }],
])('passes on %s', async (_case, given) => {
  const [[name, value] = []] = Object.entries(given);
  expect(await environmentOf(given)).toContain(`${name}=${value}\n`);
});

describe('the configuration of the user', () => {
  const home = join(directory, 'home');
  const own = join(home, 'company.tfrc');
  beforeEach(() => {
    mkdirSync(join(home, '.terraform.d'), { recursive: true });
    writeFileSync(own, '');
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('is the one that TF_CLI_CONFIG_FILE names', async () => {
    expect(await environmentOf({ HOME: home, TF_CLI_CONFIG_FILE: own })).toContain(`TF_CLI_CONFIG_FILE=${own}\n`);
  });

  it.each(['.terraformrc', join('.terraform.d', 'mirror.tfrc')])('is found by Terraform itself as %s', async (name) => {
    writeFileSync(join(home, name), '');
    expect(await environmentOf({ HOME: home, TF_CLI_CONFIG_FILE: '' })).not.toContain('TF_CLI_CONFIG_FILE=');
  });

  it('is not taken for one where the variable names no file', async () => {
    const seen = await environmentOf({ HOME: home, TF_CLI_CONFIG_FILE: join(home, 'nowhere') });
    expect(seen).toContain(`TF_CLI_CONFIG_FILE=${variables.FLAGHOIST_CACHE}`);
  });

  it('stands behind FLAGHOIST_PROVIDER_MIRROR', async () => {
    const seen = await environmentOf({ HOME: home, TF_CLI_CONFIG_FILE: own, FLAGHOIST_PROVIDER_MIRROR: home });
    expect(seen).toContain(`TF_CLI_CONFIG_FILE=${variables.FLAGHOIST_CACHE}`);
  });
});

it('leaves out of what a user has typed only what would change a command', () => {
  const typed = { TF_VAR_digest: 'x', AWS_PROFILE: 'dev', ARM_TENANT_ID: 'x' };
  const decided = { TF_CLI_ARGS_plan: '-destroy', TF_WORKSPACE: 'prod', TF_DATA_DIR: '/x', TF_LOG: 'trace' };
  expect(asTyped({ ...typed, ...decided })).toEqual(typed);
});
