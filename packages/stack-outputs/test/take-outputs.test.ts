import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { TerraformFailedError } from '@flaghoist/terraform/errors';
import type { Terraform } from '@flaghoist/terraform/terraform';
import { statesOf } from '../lib/states.ts';
import { takeOutputs } from '../lib/take-outputs.ts';

const sources = join(__dirname, '..', '..', '..', 'infra-tf', 'lib');
const [environment] = readEnvironments(fleetBeside(sources)) as readonly [Environment];

/** Terraform over states that are held here, by key and workspace. A workspace that is entered and was not there is created. */
const holding = (states: Map<string, Readonly<Record<string, unknown>>>): Terraform => {
  const expectRun: Terraform['expect'] = async ([command = ''], { directory, variables = {} }) => {
    const { terraform } = JSON.parse(readFileSync(join(directory ?? '', 'main.tf.json'), 'utf8'));
    const { key, bucket } = terraform.backend.s3;
    if (!bucket.includes('states')) throw new TerraformFailedError([command], { exitCode: 1, output: 'NoSuchBucket' });
    const workspace = variables['TF_WORKSPACE'];
    if (workspace !== undefined && !states.has(`${key} ${workspace}`)) states.set(`${key} ${workspace}`, {});
    if (command === 'workspace') {
      const own = [...states.keys()].filter((name) => name.startsWith(`${key} `)).map((name) => name.split(' ')[1]);
      return `* default\n${own.map((name) => `  ${name}\n`).join('')}`;
    }
    if (command !== 'output') return '';
    const outputs = states.get(`${key} ${workspace}`) ?? {};
    return JSON.stringify(Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }])));
  };
  return { version: '1.11.4', expect: expectRun, run: () => Promise.reject(new Error('not asked for')) };
};

let workDirectory: string;
beforeEach(() => {
  workDirectory = mkdtempSync(join(tmpdir(), 'flaghoist-outputs-'));
});
afterEach(() => rmSync(workDirectory, { recursive: true }));

const options = () => ({ variables: {}, workDirectory, onProgress: () => undefined });

it('reads each state in its own workspace, with the backend that its stack has', async () => {
  const states = await statesOf(sources, environment);
  const held = new Map(states.map(({ key, workspace }) => [`${key} ${workspace}`, { environment: workspace }]));
  const read = await takeOutputs(holding(held), states, options());
  expect(read.map(({ address }) => address)).toEqual(states);
  expect(read.map(({ outputs }) => outputs)).toEqual(states.map(({ workspace }) => ({ environment: workspace })));
});

it('names every state that is missing, and creates none', async () => {
  const states = await statesOf(sources, environment);
  const missing = states.filter(({ part, stack }) => part === 'standby' || stack === 'application');
  const there = states.filter((each) => !missing.includes(each));
  const held = new Map(there.map(({ key, workspace }) => [`${key} ${workspace}`, {}]));
  const problem = await takeOutputs(holding(held), states, options()).catch((error: unknown) => error);
  for (const { stack, workspace, key } of missing) {
    expect(String(problem)).toContain(`stack ${stack}, workspace ${workspace}, key ${key}: there is no such workspace`);
  }
  expect(held.size).toBe(there.length);
});

it('says what Terraform said of a bucket that cannot be reached', async () => {
  const states = (await statesOf(sources, environment)).map((state) => ({
    ...state,
    backend: { ...state.backend, bucket: 'elsewhere' },
  }));
  await expect(takeOutputs(holding(new Map()), states, options())).rejects.toMatchObject({
    code: 'FH_STACK_OUTPUTS',
    message: expect.stringContaining('NoSuchBucket'),
    hint: expect.stringContaining('.tfbackend'),
  });
});
