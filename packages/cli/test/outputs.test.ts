import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arnsIn } from '@flaghoist/drift/unmanaged';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { statesOf } from '@flaghoist/stack-outputs/states';
import { sampleOutputs } from '../../stack-outputs/test/samples.ts';
import { exitCodes } from '../lib/exit-codes.ts';
import { runProgram } from '../lib/program.ts';
import { Sink } from './streams.ts';

const sources = join(__dirname, '..', '..', '..', 'infra-tf', 'lib');
const environments = readEnvironments(fleetBeside(sources));
const [first] = environments as readonly [Environment];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that answers as Terraform does over the states of all environments, but for those that are left out. */
const terraform = async (without: (stack: string, workspace: string) => boolean = () => false): Promise<string> => {
  const listed: Record<string, string> = {};
  for (const environment of environments) {
    for (const { stack, workspace, region } of await statesOf(sources, environment)) {
      if (without(stack, workspace)) continue;
      listed[stack] = `${listed[stack] ?? ''}  ${workspace}\n`;
      const outputs = sampleOutputs(stack, {
        environment: environment.name,
        region,
        standby: environment.replicaRegion,
        account: environment.account,
      });
      const printed = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
      writeFileSync(join(folder, `${stack} ${workspace}.json`), JSON.stringify(printed));
    }
  }
  for (const [stack, names] of Object.entries(listed)) writeFileSync(join(folder, `${stack}.list`), names);
  const file = join(folder, 'terraform');
  const script = `#!/bin/sh
stack=$(basename "$PWD")
case "$1" in
  version) echo '{"terraform_version": "1.11.4"}' ;;
  workspace) cat '${folder}'/"$stack.list" ;;
  output) cat '${folder}'/"$stack $TF_WORKSPACE.json" ;;
esac
`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
};

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
  const { exitCode, stdout } = await outputs([first.name, '--json'], await terraform());
  expect(exitCode).toBe(exitCodes.ok);
  const record = JSON.parse(stdout);
  expect(record).toMatchObject({ schema: 1, environment: first.name, secrets: [], home: first.region });
  const published = `arn:aws:ssm:${first.region}:${first.account}:parameter/${first.name}/flaghoist`;
  expect([...arnsIn(record)]).toContain(`${published}/endpoints`);
  expect([...arnsIn(record)].every((arn) => arn.startsWith(published))).toBe(true);
});

it('shows what crosses all environments', async () => {
  const program = await terraform();
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
  const program = await terraform((stack, workspace) => stack === 'flags-global' && workspace === first.name);
  const { exitCode, stderr } = await outputs([first.name], program);
  expect(exitCode).toBe(exitCodes.unreadable);
  expect(stderr).toContain(`stack flags-global, workspace ${first.name}, key flags-global/terraform.tfstate`);
});

it('refuses an environment that is in no list', async () => {
  const { exitCode, stderr } = await outputs(['nowhere'], await terraform());
  expect(exitCode).toBe(exitCodes.usage);
  expect(stderr).toContain(`Name one of: ${environments.map(({ name }) => name).join(', ')}`);
});
