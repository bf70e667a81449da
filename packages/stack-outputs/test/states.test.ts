import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { copySources } from '@flaghoist/terraform/copy-sources';
import { inputsOf } from '../lib/naming-context.ts';
import { statesOf } from '../lib/states.ts';

const sources = join(__dirname, '..', '..', '..', 'infra-tf', 'lib');
const environments = readEnvironments(fleetBeside(sources));

it.each(environments)('finds every state of $name where Terraform puts it', async (environment) => {
  const states = await statesOf(sources, environment);
  const { name, region, account } = environment;
  const perStack = Map.groupBy(states, ({ stack }) => stack);
  expect(perStack.get('application')).toHaveLength(1);
  expect(perStack.get('flags-global')).toHaveLength(1);
  expect(perStack.get('region-foundation')?.map((state) => state.region)).toEqual(
    perStack.get('flags-region')?.map((state) => state.region),
  );
  expect(states.find(({ stack, part }) => stack === 'flags-region' && part === 'home')).toMatchObject({
    workspace: `${name}-${region}`,
    key: 'flags-region/terraform.tfstate',
    backend: { workspace_key_prefix: account, assume_role: { role_arn: expect.stringContaining(`:${account}:role/`) } },
  });
});

it.each(environments)('reads the naming of $name from its tfvars', async (environment) => {
  const { context } = await inputsOf(sources, environment);
  expect(context).toMatchObject({ environment: environment.name, region: environment.region });
});

describe('in a copy of the sources', () => {
  const copy = mkdtempSync(join(tmpdir(), 'flaghoist-states-'));
  const lib = join(copy, 'infra-tf', 'lib');
  const [first] = environments;
  if (first === undefined) throw new Error('there is no environment');
  const file = (kind: string): string =>
    join(lib, 'stacks', 'application', 'environments', `${first.name}.${kind}.tfbackend`);

  beforeEach(() => {
    copySources(sources, copy);
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  it('reads with the role that deploys where there is none that only reads', async () => {
    rmSync(file('drift'));
    const [state] = await statesOf(lib, first);
    expect(state?.backend.assume_role?.role_arn).toMatch(/flaghoist-deployment$/);
  });

  it('reads the external id that the role asks for', async () => {
    const role = 'arn:aws:iam::111111111111:role/flaghoist-deployment';
    const text = readFileSync(file('drift'), 'utf8').replace(/^assume_role.*$/m, '');
    writeFileSync(file('drift'), `${text}\nassume_role = { role_arn = "${role}", external_id = "flaghoist" }\n`);
    const [state] = await statesOf(lib, first);
    expect(state?.backend.assume_role).toEqual({ role_arn: role, external_id: 'flaghoist' });
  });

  it('refuses a setting that it does not know, with file and way out', async () => {
    writeFileSync(file('drift'), `${readFileSync(file('drift'), 'utf8')}\nprofile = "mine"\n`);
    await expect(statesOf(lib, first)).rejects.toMatchObject({
      message: expect.stringMatching(/drift\.tfbackend is not valid: .*profile/),
      hint: expect.stringContaining('backend_configuration'),
    });
  });
});
