import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { planOffline, prepareOffline } from '../lib/plan-offline.ts';
import { PROBE } from '../lib/sources/modules.ts';
import { stateWithOutputs } from '../lib/state-file.ts';
import { openTerraform } from '../lib/terraform.ts';

const { it } = needs(() => findTerraform(process.env), process.env);

const home = mkdtempSync(join(tmpdir(), 'plan-offline-test-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const write = (sources: string, files: Record<string, string>): string => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(sources, name, '..'), { recursive: true });
    writeFileSync(join(sources, name), text);
  }
  return sources;
};

const environment = {
  name: 'blue',
  region: 'eu-west-1',
  replicaRegion: 'eu-central-1',
  account: '123456789012',
  upstream: null,
};
it('plans a stack with what its upstream gives and its own file says, and leaves the sources alone', async () => {
  const checkout = write(mkdtempSync(join(home, 'checkout-')), {
    'fleet/environments.json': JSON.stringify({ environments: [environment] }),
    'infra-tf/lib/stacks/small/main.tf': `terraform {
  backend "s3" {}
}
variable "upstream_state" {
  type = object({ backend = string, config = map(string) })
}
variable "size" {
  type = number
}
variable "image" {
  type = string
}
variable "zone" {
  type = string
}
data "terraform_remote_state" "upstream" {
  backend = var.upstream_state.backend
  config  = var.upstream_state.config
}
resource "terraform_data" "this" {
  input = "\${terraform.workspace} \${data.terraform_remote_state.upstream.outputs.image.digest} \${var.size} \${var.image} \${var.zone} \${jsondecode(file("../../../../fleet/environments.json")).environments[0].region}"
}
`,
    'infra-tf/lib/stacks/small/environments/blue.tfvars': 'size = 3\nzone = "own"\n',
    'infra-tf/lib/stacks/small/test/offline/offline.tfvars': 'image = "sha256:2"\nzone = "offline"\n',
    'infra-tf/lib/stacks/small/test/offline/upstream-outputs.json': JSON.stringify({
      image: { digest: 'sha256:1', tags: ['a', 1] },
    }),
  });
  const terraform = await openTerraform(process.env);
  const sources = join(checkout, 'infra-tf', 'lib');
  const prepared = await prepareOffline(terraform, { sources, stack: 'small', workDirectory: join(home, 'work') });
  const plan = JSON.parse(await planOffline(terraform, prepared, environment));
  const text = 'blue sha256:1 3 sha256:2 own eu-west-1';
  const inputOf = (name: string) =>
    plan.resource_changes.find(({ address }: { address: string }) => address === `terraform_data.${name}`).change.after
      .input;
  expect(inputOf('this')).toBe(text);
  expect(Object.values(inputOf(PROBE))).toContain(text);
  await expect(planOffline(terraform, prepared, environment, ['-var=size=big'])).rejects.toMatchObject({
    code: 'FH_TERRAFORM_FAILED',
  });
});

it('asks nothing of the modules that package.json of the stack leaves out', async () => {
  const checkout = write(mkdtempSync(join(home, 'checkout-')), {
    'fleet/environments.json': JSON.stringify({ environments: [environment] }),
    'infra-tf/lib/stacks/small/package.json': '{ "withoutProbes": ["below"] }',
    'infra-tf/lib/stacks/small/main.tf':
      'module "below" {\n  source = "../../modules/below"\n  name   = terraform.workspace\n}\n',
    'infra-tf/lib/modules/below/main.tf':
      'variable "name" {}\nresource "terraform_data" "this" {\n  input = upper(var.name)\n}\n',
    'infra-tf/lib/stacks/small/environments/blue.tfvars': '',
  });
  const terraform = await openTerraform(process.env);
  const sources = join(checkout, 'infra-tf', 'lib');
  const prepared = await prepareOffline(terraform, { sources, stack: 'small', workDirectory: join(home, 'plain') });
  const plan = JSON.parse(await planOffline(terraform, prepared, environment));
  expect(plan.resource_changes.map(({ address }: { address: string }) => address).sort()).toEqual([
    'module.below.terraform_data.this',
    `terraform_data.${PROBE}`,
  ]);
});

it('plans without its questions where one of them cannot be asked', async () => {
  const checkout = write(mkdtempSync(join(home, 'checkout-')), {
    'fleet/environments.json': JSON.stringify({ environments: [environment] }),
    'infra-tf/lib/stacks/small/main.tf':
      'variable "list" {\n  type    = list(string)\n  default = []\n}\nresource "terraform_data" "this" {\n  input = length(var.list) > 0 ? [for each in range(1 / length(var.list)) : upper(each)] : []\n}\n',
    'infra-tf/lib/stacks/small/environments/blue.tfvars': '',
  });
  const terraform = await openTerraform(process.env);
  const sources = join(checkout, 'infra-tf', 'lib');
  const prepared = await prepareOffline(terraform, { sources, stack: 'small', workDirectory: join(home, 'fails') });
  const plan = JSON.parse(await planOffline(terraform, prepared, environment));
  expect(plan.resource_changes.map(({ address }: { address: string }) => address)).toEqual(['terraform_data.this']);
});

it('writes the types of outputs as Terraform does', () => {
  const { outputs } = JSON.parse(stateWithOutputs('{"a":"x","b":true,"c":[1,"x"],"d":{"e":null}}'));
  expect(outputs).toEqual({
    a: { value: 'x', type: 'string' },
    b: { value: true, type: 'bool' },
    c: { value: [1, 'x'], type: ['tuple', ['number', 'string']] },
    d: { value: { e: null }, type: ['object', { e: 'dynamic' }] },
  });
});
