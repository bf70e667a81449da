import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../lib/exit-codes.ts';
import { runProgram } from '../lib/program.ts';
import { Sink } from './streams.ts';

const names = ['dev', 'prod'];

let folder: string;
let sources: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hoist-states-'));
  sources = join(folder, 'infra-tf', 'lib');
  const stack = join(sources, 'stacks', 'application');
  mkdirSync(join(stack, 'environments'), { recursive: true });
  mkdirSync(join(folder, 'fleet'));
  writeFileSync(join(stack, '.terraform.lock.hcl'), '');
  for (const [index, name] of names.entries()) {
    writeFileSync(join(stack, 'environments', `${name}.tfvars`), '');
    writeFileSync(join(stack, 'environments', `${name}.drift.tfbackend`), '');
    writeFileSync(join(folder, `${name}.json`), stateOf(index));
  }
  const environments = names.map((name, index) => ({
    name,
    region: ['eu-west-1', 'us-east-1'][index],
    replicaRegion: ['eu-central-1', 'us-west-2'][index],
    account: String(index + 1).repeat(12),
    upstream: names[index - 1] ?? null,
  }));
  writeFileSync(join(folder, 'fleet', 'environments.json'), JSON.stringify({ environments }));
  writeFileSync(
    join(folder, 'fleet', 'parity.yaml'),
    'version: 1\nallowed:\n  - {path: output.networks, direction: any, only: states, reason: x, owner: y, expires: 2027-03-31}\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a plan says that has read everything anew. */
const stateOf = (index: number): string =>
  JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    prior_state: {
      format_version: '1.0',
      values: {
        outputs: { networks: { value: { [`net-${index}`]: index }, sensitive: false } },
        root_module: {
          resources: [
            {
              address: 'aws_x.y',
              mode: 'managed',
              type: 'aws_x',
              values: { id: `x-0${index}a1b2c3d4`, on: index < 1 },
            },
          ],
        },
      },
    },
    resource_changes: [],
    configuration: { root_module: {} },
  });

/** A program that answers as Terraform, but plans no workspace of a pattern, and writes down what it was asked in which. */

const terraform = (failing = 'none'): string => {
  const file = join(folder, 'terraform');
  const script = `#!/bin/sh
echo "$TF_WORKSPACE $*" >> '${join(folder, 'calls')}'
case "$1" in
  version) echo '{"terraform_version": "1.11.4"}' ;;
  output) echo '{}' ;;
  state) echo aws_x.y ;;
  workspace) printf '  default\\n  dev\\n  prod\\n' ;;
  plan) case "$TF_WORKSPACE" in ${failing}) echo '{"type":"diagnostic","diagnostic":{"severity":"error","summary":"AccessDenied"}}'; exit 1 ;; esac
    for each in "$@"; do case "$each" in -out=*) echo plan > "\${each#-out=}" ;; esac; done ;;
  show) cat "${folder}/$TF_WORKSPACE.json" ;;
esac
exit 0
`;
  writeFileSync(file, script, { mode: 0o755 });
  return file;
};

const calls = (command: string): readonly string[] =>
  readFileSync(join(folder, 'calls'), 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[1] === command)
    .sort();

const states = async (program: string) => {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const exitCode = await runProgram(
    ['parity', '--sources', sources, '--at', '2026-11-22T12:00Z', '--states'],
    {
      stdout,
      stderr,
      noColour: true,
      variables: { ...process.env, FLAGHOIST_TERRAFORM: program, FLAGHOIST_CACHE: join(folder, 'cache') },
    },
    new AbortController().signal,
  );
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
};

it('are read where they are kept, with the role that only reads and without a lock', async () => {
  const { exitCode, stdout } = await states(terraform());
  expect(exitCode).toBe(exitCodes.no);
  expect(stdout).toMatch(/✗ aws_x\.y\.on\n {4}dev true +prod false/);
  expect(stdout).toContain('1 violation');
  expect(stdout).toContain('✓ output.networks');
  expect(calls('init').map((call) => /[^/]+\.tfbackend$/.exec(call)?.[0])).toEqual([
    'dev.drift.tfbackend',
    'prod.drift.tfbackend',
  ]);
  expect(calls('plan')).toEqual(
    names.map((name) => expect.stringMatching(new RegExp(`^${name} .*-lock=false -refresh-only .*/${name}\\.tfvars`))),
  );
});

it('are compared only where all of them could be read', async () => {
  const { exitCode, stdout, stderr } = await states(terraform('prod'));
  expect(exitCode).toBe(exitCodes.unreachable);
  expect(stdout).toBe('');
  expect(stderr).toContain('FH_STATE_UNREAD');
  expect(stderr).toMatch(/\nprod: terraform plan ended with 1:\nAccessDenied\n/);
  expect(stderr).toMatch(/^hint: hoist drift reads the same/m);
});

it('tell once what several environments fail of', async () => {
  const { stderr } = await states(terraform('*'));
  expect(stderr).toMatch(/\ndev, prod: terraform plan ended with 1:\nAccessDenied\n/);
});
