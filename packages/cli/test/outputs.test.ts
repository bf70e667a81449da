import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arnsIn } from '@flaghoist/drift/unmanaged';
import type { Environment } from '@flaghoist/fleet/environments';
import { exitCodes } from '../lib/exit-codes.ts';
import { runProgram } from '../lib/program.ts';
import { Sink } from './streams.ts';
import { environments, sources, terraformIn } from './told-states.ts';

const [first] = environments as readonly [Environment];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const outputs = async (args: readonly string[], program: string) => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const variables = { PATH: process.env['PATH'], HOME: folder, FLAGHOIST_TERRAFORM: program };
  const exitCode = await runProgram(
    ['outputs', '--sources', sources, ...args],
    { stdout, stderr, noColour: true, variables },
    new AbortController().signal,
  );
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};

it('shows the record of an environment, and what of it is published where hoist drift looks for it', async () => {
  const { exitCode, stdout } = await outputs([first.name, '--json'], await terraformIn(folder));
  expect(exitCode).toBe(exitCodes.ok);
  const record = JSON.parse(stdout);
  expect(record).toMatchObject({ schema: 1, environment: first.name, secrets: [], home: first.region });
  const published = `arn:aws:ssm:${first.region}:${first.account}:parameter/${first.name}/flaghoist`;
  expect([...arnsIn(record)]).toContain(`${published}/endpoints`);
  expect([...arnsIn(record)].every((arn) => arn.startsWith(published))).toBe(true);
});

it('shows what crosses all environments', async () => {
  const program = await terraformIn(folder);
  const document = JSON.parse((await outputs(['--json'], program)).stdout);
  expect(document.promotion.map(({ environment }: { environment: string }) => environment)).toEqual(
    environments.map(({ name }) => name),
  );
  // The samples give all environments one range.
  const { stdout } = await outputs([], program);
  expect(stdout).toContain('overlaps with');
  expect(stdout).toMatch(/outputs; not the same everywhere: none/);
});

it('names the state that is missing, with what to do', async () => {
  const program = await terraformIn(folder, {
    without: (stack, workspace) => stack === 'flags-global' && workspace === first.name,
  });
  const { exitCode, stderr } = await outputs([first.name], program);
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(stderr).toContain(`stack flags-global, workspace ${first.name}, key flags-global/terraform.tfstate`);
});

it('shows one stack where the others were never applied, and says without it what was read', async () => {
  const program = await terraformIn(folder, { without: (stack) => stack !== 'application' });
  const all = await outputs([first.name], program);
  expect(all.exitCode).toBe(exitCodes.unreadable);
  expect(all.stderr).toMatch(
    new RegExp(`read, and not shown without the others: application ${first.name}\n[^]*--stack`),
  );
  const one = await outputs([first.name, '--stack', 'application'], program);
  expect(one.exitCode).toBe(exitCodes.ok);
  expect(one.stdout).toMatch(new RegExp(`^${first.name}: application, workspace ${first.name}, ${first.region}\n`));
  expect(one.stdout).toMatch(/\n {2}url: http/);
  const { stdout } = await outputs([first.name, '--stack', 'application', '--json'], program);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 1,
    stack: 'application',
    states: [{ workspace: first.name, secrets: [], outputs: { url: expect.stringContaining('http') } }],
  });
});

it.each([
  ['a stack that there is not', [first.name, '--stack', 'nothing'], 'Name one of: application, '],
  ['a stack of no environment', ['--stack', 'application'], 'goes with an environment'],
])('refuses %s', async (_what, args, said) => {
  const { exitCode, stderr } = await outputs(args, await terraformIn(folder));
  expect(exitCode).toBe(exitCodes.usage);
  expect(stderr).toContain(said);
});

it('refuses an environment that is in no list', async () => {
  const { exitCode, stderr } = await outputs(['nowhere'], await terraformIn(folder));
  expect(exitCode).toBe(exitCodes.usage);
  expect(stderr).toContain(`Name one of: ${environments.map(({ name }) => name).join(', ')}`);
});
