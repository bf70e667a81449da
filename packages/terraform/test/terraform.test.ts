import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { openTerraform } from '../lib/terraform.ts';

const { it } = needs(() => findTerraform(process.env), process.env);

const directory = mkdtempSync(join(tmpdir(), 'terraform-test-'));
const variables = { ...process.env, FLAGHOIST_CACHE: join(directory, 'cache') };

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

it('passes neither credentials nor variables of the shell on', async () => {
  const terraform = await openTerraform({
    ...variables,
    AWS_SECRET_ACCESS_KEY: 'not for plans',
    TF_VAR_name: 'of the shell',
    FLAGHOIST_TERRAFORM: pretender('1.11.4'),
  });
  writeFileSync(pretender('1.11.4'), '#!/bin/sh\nenv\n');
  const { stdout } = await terraform.run(['env'], { directory });
  expect(stdout).toContain('TF_IN_AUTOMATION=1');
  expect(stdout).not.toMatch(/AWS_SECRET_ACCESS_KEY|TF_VAR_name/);
});
