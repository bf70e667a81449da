import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { type Counts, checkMember, checkWithTerraform } from '../lib/check-member.ts';
import { documented } from '../lib/documentation.ts';
import { openTerraform, type Terraform } from '../lib/terraform.ts';

const { it } = needs(() => findTerraform(process.env), process.env);

const home = mkdtempSync(join(tmpdir(), 'check-member-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const good = {
  'variables.tf': `variable "names" {
  type = map(object({
    length = number
  }))
  description = "What to name."
  default     = {}

  validation {
    condition     = !contains(keys(var.names), "bad")
    error_message = "Not bad."
  }
}
`,
  'outputs.tf': `output "count" {
  value       = length(var.names)
  description = "How many a | b."
}
`,
  'README.md': '# member\n\nSays things.\n\n<!-- tables -->\n<!-- /tables -->\n\nThe end.\n',
  'test/values.tftest.hcl': `run "counts" {
  command = plan

  assert {
    condition     = output.count == 0
    error_message = "There is none."
  }
}
`,
};

const check = async (
  files: Record<string, string>,
  current = true,
  withTerraform: (terraform: Terraform) => Terraform = (terraform) => terraform,
): Promise<{ counts: Counts; printed: string }> => {
  const directory = mkdtempSync(join(home, 'member-'));
  mkdirSync(join(directory, 'test'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  if (current) writeFileSync(join(directory, 'README.md'), (await documented(directory)).after);
  const lines: string[] = [];
  const terraform = withTerraform(await openTerraform(process.env));
  const counts = await checkMember(terraform, directory, (line) => lines.push(line));
  expect(JSON.parse(readFileSync(join(directory, '.results', 'counts.json'), 'utf8'))).toEqual(counts);
  return { counts, printed: lines.join('\n') };
};

it('passes a member that is in order: four checks and each run', async () => {
  expect(await check(good)).toMatchObject({ counts: { passed: 5, failed: 0, skipped: 0 } });
});

it("runs a stack's tests in the workspace of the first environment", async () => {
  const checkout = mkdtempSync(join(home, 'checkout-'));
  const directory = join(checkout, 'infra-tf', 'lib', 'stacks', 'small');
  mkdirSync(join(checkout, 'fleet'));
  mkdirSync(join(directory, 'environments'), { recursive: true });
  mkdirSync(join(directory, 'test'));
  const blue = { name: 'blue', region: 'eu-west-1', replicaRegion: 'eu-central-1', account: '123456789012' };
  writeFileSync(
    join(checkout, 'fleet', 'environments.json'),
    JSON.stringify({ environments: [{ ...blue, upstream: null }] }),
  );
  const workspaceTest = good['test/values.tftest.hcl'].replace('output.count == 0', 'terraform.workspace == "blue"');
  for (const [name, text] of Object.entries({ ...good, 'test/values.tftest.hcl': workspaceTest })) {
    writeFileSync(join(directory, name), text);
  }
  writeFileSync(join(directory, 'README.md'), (await documented(directory)).after);
  const lines: string[] = [];
  const counts = await checkMember(await openTerraform(process.env), directory, (line) => lines.push(line));
  expect([counts.failed, lines]).toEqual([0, expect.arrayContaining([expect.stringContaining('counts')])]);
});

it('fails tables that are not those of the sources', async () => {
  const { counts, printed } = await check(good, false);
  expect(counts).toMatchObject({ passed: 4, failed: 1 });
  expect(printed).toContain('terraform-member document');
});

it('fails a file that is not formatted', async () => {
  const { counts, printed } = await check({ ...good, 'more.tf': 'locals {\n    a = 1\n}\n' });
  expect(counts.failed).toBe(1);
  expect(printed).toContain('✗ formatted');
});

it('fails a run whose assertion does not hold, with its message', async () => {
  const { counts, printed } = await check({
    ...good,
    'test/values.tftest.hcl': good['test/values.tftest.hcl'].replace('== 0', '== 1'),
  });
  expect(counts).toMatchObject({ passed: 4, failed: 1 });
  expect(printed).toMatch(/✗ .*counts[\s\S]*There is none/);
});

it('fails a test file that does not parse', async () => {
  const { counts } = await check({ ...good, 'test/more.tftest.hcl': 'run "x" {\n  command = nonsense\n}\n' });
  expect(counts.failed).toBeGreaterThanOrEqual(1);
});

it('fails a test that was killed after its runs had passed', async () => {
  const { counts, printed } = await check(good, true, (terraform) => ({
    ...terraform,
    run: async (...args) => ({ ...(await terraform.run(...args)), exitCode: 137, stderr: 'out of memory' }),
  }));
  expect(counts).toEqual({ passed: 5, failed: 1, skipped: 0 });
  expect(printed).toContain('ended with 137, although no run failed\nout of memory');
});

it('fails a member without a test', async () => {
  const { 'test/values.tftest.hcl': _tests, ...untested } = good;
  expect((await check(untested)).counts.failed).toBe(1);
});

it('fails a reference to nothing', async () => {
  const { counts, printed } = await check({ ...good, 'more.tf': 'locals {\n  a = local.b\n}\n' });
  expect(counts.failed).toBeGreaterThanOrEqual(1);
  expect(printed).toContain('✗ valid');
});

it('documents types in one line, keeps what is outside of the markers, and says that there is no resource', async () => {
  const directory = mkdtempSync(join(home, 'documented-'));
  mkdirSync(join(directory, 'test'));
  for (const [name, text] of Object.entries(good)) writeFileSync(join(directory, name), text);
  const { after } = await documented(directory);
  expect(after).toContain('| `names` | `map(object({ length = number }))` | `{}` | What to name. |');
  expect(after).toContain('| `count` | How many a \\| b. |');
  expect(after).toMatch(/^# member\n\nSays things\.[\s\S]*## Resources\n\nNone\.\n<!-- \/tables -->\n\nThe end\.\n$/);
});

it("keeps a stack's lock file as it is committed, and takes the hashes out of a module's", async () => {
  const lock = `provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n  hashes = [\n    "h1:x",\n  ]\n}\n`;
  const after = async (files: Record<string, string>): Promise<string> => {
    let read = '';
    await check({ ...good, ...files, '.terraform.lock.hcl': lock }, true, (terraform) => ({
      ...terraform,
      expect: async () => '',
      run: async (_args, { directory }) => {
        read = readFileSync(join(directory, '.terraform.lock.hcl'), 'utf8');
        return { exitCode: 1, stdout: '', stderr: '' };
      },
    }));
    return read;
  };
  expect(await after({ 'providers.tf': '' })).toBe(lock);
  expect(await after({})).not.toContain('h1:x');
});

it.each([
  [
    'a failure where CI is set',
    { CI: 'true' },
    { passed: 0, failed: 1, skipped: 0 },
    /✗ error FH_TOOL_MISSING: There is no .*nowhere/,
  ],
  ['a skip elsewhere', {}, { passed: 0, failed: 0, skipped: 1 }, /^skipped: member-.*There is no .*nowhere/],
])('without Terraform is %s, with what is missing and how to get it', async (_what, variables, expected, message) => {
  const directory = mkdtempSync(join(home, 'member-'));
  const lines: string[] = [];
  const nowhere = { ...variables, FLAGHOIST_TERRAFORM: join(home, 'nowhere') };
  expect(await checkWithTerraform(nowhere, directory, (line) => lines.push(line))).toEqual(expected);
  expect(JSON.parse(readFileSync(join(directory, '.results', 'counts.json'), 'utf8'))).toEqual(expected);
  expect(lines).toEqual([expect.stringMatching(message)]);
  expect(lines[0]).toContain('Install Terraform');
});
