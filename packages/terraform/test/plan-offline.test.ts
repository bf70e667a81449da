import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { readEnvironments } from '../lib/environments.ts';
import { planOffline, prepareOffline } from '../lib/plan-offline.ts';
import { stateWithOutputs } from '../lib/state-file.ts';
import { openTerraform } from '../lib/terraform.ts';

const { describe, it } = needs(() => findTerraform(process.env), process.env);

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
const environmentsJson = (...entries: object[]) => ({
  'environments.json': JSON.stringify({ environments: entries }),
});

describe('environments.json', () => {
  it('is read in its order', () => {
    const sources = write(mkdtempSync(join(home, 'in-order-')), {
      ...environmentsJson(environment, { ...environment, name: 'green', upstream: 'blue' }),
    });
    expect(readEnvironments(sources).map(({ name }) => name)).toEqual(['blue', 'green']);
  });

  it.each([
    ['a region twice', { ...environment, replicaRegion: 'eu-west-1' }, 'blue: region and replicaRegion are both'],
    ['an account of eleven digits', { ...environment, account: '12345678901' }, '12 digits'],
    [
      'an upstream that comes later',
      { ...environment, upstream: 'green' },
      'its upstream "green" must stand before it',
    ],
    ['an unknown member', { ...environment, colour: 'blue' }, 'colour'],
  ])('with %s is refused, and says where', (_name, entry, message) => {
    const sources = write(mkdtempSync(join(home, 'refused-')), environmentsJson(entry));
    expect(() => readEnvironments(sources)).toThrow(message);
  });

  it('with one name twice is refused', () => {
    const sources = write(mkdtempSync(join(home, 'twice-')), environmentsJson(environment, environment));
    expect(() => readEnvironments(sources)).toThrow('blue: stands there twice');
  });
});

it('plans a stack with what its upstream gives and its own file says, and leaves the sources alone', async () => {
  const sources = write(mkdtempSync(join(home, 'sources-')), {
    ...environmentsJson(environment),
    'stacks/small/main.tf': `terraform {
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
  input = "\${terraform.workspace} \${data.terraform_remote_state.upstream.outputs.image.digest} \${var.size} \${var.image} \${var.zone}"
}
`,
    'stacks/small/environments/blue.tfvars': 'size = 3\nzone = "own"\n',
    'stacks/small/test/offline/offline.tfvars': 'image = "sha256:2"\nzone = "offline"\n',
    'stacks/small/test/offline/upstream-outputs.json': JSON.stringify({
      image: { digest: 'sha256:1', tags: ['a', 1] },
    }),
  });
  const terraform = await openTerraform(process.env);
  const prepared = await prepareOffline(terraform, { sources, stack: 'small', workDirectory: join(home, 'work') });
  const plan = JSON.parse(await planOffline(terraform, prepared, environment));
  expect(plan.resource_changes).toMatchObject([{ change: { after: { input: 'blue sha256:1 3 sha256:2 own' } } }]);
  await expect(planOffline(terraform, prepared, environment, ['-var=size=big'])).rejects.toMatchObject({
    code: 'FH_TERRAFORM_FAILED',
  });
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
