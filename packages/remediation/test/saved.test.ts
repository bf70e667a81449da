import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Terraform } from '@flaghoist/terraform/terraform';
import { folderMemory } from '../lib/folder-memory.ts';
import { createTerraformWork, type TerraformWorkOptions } from '../lib/terraform-work.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flaghoist-saved-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unused = async (): Promise<never> => {
  throw new Error('Terraform is not asked');
};
const look: TerraformWorkOptions['look'] = {
  root: '.',
  workspace: 'blue',
  varFiles: [],
  vars: [],
  hasUpstream: false,
  backend: [],
  variables: {},
  workDirectory: '.',
  onProgress: () => {},
};
const saved = (): string | undefined =>
  createTerraformWork({ terraform: { version: '1.11.4', run: unused, expect: unused }, look, folder }).saved();
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

it('is a plan together with what it has read, and another one where either is', () => {
  expect(saved()).toBeUndefined();
  write('remediation.tfplan', 'plan');
  expect(saved()).toBeUndefined();
  write('outside.json', 'read');
  const first = saved();
  write('outside.json', 'read otherwise');
  const second = saved();
  write('remediation.tfplan', 'another plan');
  const all = [first, second, saved()];
  expect(all).toEqual(all.map(() => expect.stringMatching(/^[0-9a-f]{64}$/)));
  expect(new Set(all).size).toBe(3);
});

it('is forgotten whole', () => {
  for (const name of ['remediation.tfplan', 'outside.json', 'remediation.json', 'attempts.json']) write(name, '{}');
  folderMemory(folder).forget();
  expect(readdirSync(folder)).toEqual(['attempts.json']);
});

it('is applied by nobody where another one lies there by then', async () => {
  const asked: string[] = [];
  const answers: Readonly<Record<string, string>> = { workspace: '  default\n* blue\n', output: '{}' };
  const run: Terraform['run'] = async ([command = '']) => {
    asked.push(command);
    return { exitCode: 0, stdout: answers[command] ?? '', stderr: '' };
  };
  const terraform: Terraform = { version: '1.11.4', run, expect: async (args, how) => (await run(args, how)).stdout };
  write('remediation.tfplan', 'plan');
  write('outside.json', 'read');
  const work = createTerraformWork({ terraform, look, folder });
  const shown = work.saved() ?? '';
  write('remediation.tfplan', 'another plan');
  await expect(work.apply(shown)).rejects.toMatchObject({ code: 'FH_REMEDIATION_OUTDATED' });
  expect(asked).not.toContain('apply');
  write('remediation.tfplan', 'plan');
  await work.apply(shown);
  expect(asked).toContain('apply');
});

it.each([
  ['is locked', 'Error: Error acquiring the state lock\n\n  ID: 1\n', 'FH_REMEDIATION_LOCKED'],
  [
    'was written since',
    'Error: Saved plan is stale\n\nThe given plan file can no longer be applied because the state was changed by\nanother operation after the plan was created.\n',
    'FH_REMEDIATION_OUTDATED',
  ],
  [
    'is another one',
    'Error: Saved plan does not match the given state\n\nThe given plan file can not be applied because it was created from a different\nstate lineage.\n',
    'FH_REMEDIATION_OUTDATED',
  ],
  ['may not be written', 'Error: putting the state: AccessDenied\n', 'FH_TERRAFORM_FAILED'],
])('is applied by nobody where the state %s, as Terraform says it', async (_what, stderr, code) => {
  const answers: Readonly<Record<string, string>> = { workspace: '  default\n* blue\n', output: '{}' };
  const run: Terraform['run'] = async ([command = '']) =>
    command === 'apply'
      ? { exitCode: 1, stdout: '', stderr }
      : { exitCode: 0, stdout: answers[command] ?? '', stderr: '' };
  const terraform: Terraform = { version: '1.11.4', run, expect: async (args, how) => (await run(args, how)).stdout };
  write('remediation.tfplan', 'plan');
  write('outside.json', 'read');
  const work = createTerraformWork({ terraform, look, folder });
  await expect(work.apply(work.saved() ?? '')).rejects.toMatchObject({ code });
});
