import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { exitCodes } from '../lib/exit-codes.ts';
import { run } from './run.ts';

const { it } = needs(() => findTerraform(process.env), process.env);

const environments = [
  { name: 'dev', region: 'eu-west-1', replicaRegion: 'eu-central-1', account: '1'.repeat(12), upstream: null },
  { name: 'prod', region: 'us-east-1', replicaRegion: 'us-west-2', account: '2'.repeat(12), upstream: 'dev' },
].map((each) => ({ ...each, regions: [each.region, each.replicaRegion, 'sa-east-1'] }));

const names = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'sa-east-1'];
const topology = {
  version: 1,
  home: 'us-east-1',
  standby: 'us-west-2',
  regions: names.map((name) => ({ name, state: 'serving' })),
  services: [{ name: 'payments', cell: 'cell-1', owner: 'team-payments', state: 'serving' }],
};

/** A state for each region, which reads another stack's state, and has more in home and standby: like flags-region. */
const stack = `
variable "environment" { type = string }
variable "minutes" { type = number }
variable "foundation_state" { type = object({ backend = string, config = map(string) }) }

data "terraform_remote_state" "foundation" {
  backend   = var.foundation_state.backend
  config    = var.foundation_state.config
  workspace = "default"
}

resource "terraform_data" "minutes" {
  input = var.minutes
}

resource "terraform_data" "reads" {
  input = data.terraform_remote_state.foundation.outputs.topic
}
`;

/** With the caller's own program paths: Terraform is found by them. */
const variables = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

let folder: string;
let sources: string;

const write = (path: string, content: string | object): void => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parity-planned-'));
  sources = join(folder, 'infra-tf', 'lib');
  write('fleet/environments.json', { environments });
  write('fleet/topology.json', topology);
  write('fleet/parity.yaml', 'version: 1\nallowed: []\n');
  write('infra-tf/lib/stacks/flags-region/package.json', { statePer: 'region', regions: 'all' });
  write('infra-tf/lib/stacks/flags-region/main.tf', stack);
  write('infra-tf/lib/stacks/flags-region/.terraform.lock.hcl', '# Terraform has all that it needs.\n');
  write('infra-tf/lib/stacks/flags-region/test/offline/foundation-outputs.json', {
    topic: { value: '{environment}-{region}', type: 'string' },
  });
  for (const { name } of environments)
    write(`infra-tf/lib/stacks/flags-region/environments/${name}.tfvars`, `environment = "${name}"\nminutes = 1\n`);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const parity = (...args: string[]) =>
  run(['parity', '--sources', sources, '--stack', 'flags-region', ...args], { variables });

it('plans a stack with a state for each region by itself: home, standby and another region of each environment', async () => {
  const { exitCode, stdout, stderr } = await parity();
  expect({ exitCode, stdout }).toEqual({
    exitCode: exitCodes.ok,
    stdout: expect.stringMatching(/Parity of dev, prod: .* 0 violations/),
  });
  for (const workspace of ['dev-eu-west-1', 'dev-eu-central-1', 'dev-sa-east-1', 'prod-us-east-1', 'prod-us-west-2'])
    expect(stderr).toMatch(new RegExp(`Planning ${workspace}, \\d of 6 …`));
});

it('says in which part of them a difference is', async () => {
  write(
    'infra-tf/lib/stacks/flags-region/main.tf',
    stack.replace(
      'input = var.minutes',
      'input = terraform.workspace == "prod-us-west-2" ? var.minutes + 1 : var.minutes',
    ),
  );
  const { exitCode, stdout } = await parity('--json');
  expect(exitCode).toBe(exitCodes.no);
  const { differences } = JSON.parse(stdout);
  expect(
    differences.flatMap((each: { status: string; part?: string; path: string }) =>
      each.status === 'violation' ? [[each.part, each.path]] : [],
    ),
  ).toEqual([['standby', 'terraform_data.minutes.input']]);
});

it('names each region that cannot be planned, with what Terraform said', async () => {
  write('infra-tf/lib/stacks/flags-region/environments/prod.tfvars', 'environment = "prod"\n');
  const { exitCode, stderr } = await parity();
  expect(exitCode).toBe(exitCodes.unreadable);
  for (const workspace of ['prod-us-east-1', 'prod-us-west-2', 'prod-sa-east-1']) expect(stderr).toContain(workspace);
  expect(stderr).toContain('"minutes" is not set');
  expect(stderr).not.toContain('dev-eu-west-1:');
});
