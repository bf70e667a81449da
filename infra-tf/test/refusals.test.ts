import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { prepareOffline } from '@flaghoist/terraform/plan-offline';
import { stateWithOutputs } from '@flaghoist/terraform/state-file';
import { openTerraform, type Terraform } from '@flaghoist/terraform/terraform';
import { needsTerraform } from './needs-terraform.ts';

const { it } = needsTerraform();

const sources = join(__dirname, '..', 'lib');
const workDirectory = mkdtempSync(join(tmpdir(), 'refusals-'));
afterAll(() => rmSync(workDirectory, { recursive: true, force: true }));

const environment = (index: number): Environment => {
  const found = readEnvironments(fleetBeside(sources))[index];
  if (found === undefined) throw new Error(`environments.json has no environment ${index + 1}`);
  return found;
};
const [first, second, third] = [environment(0), environment(1), environment(2)];
const otherDigest = `sha256:${'f'.repeat(64)}`;

let terraform: Terraform;
let directory: string;
beforeAll(async () => {
  terraform = await openTerraform(process.env);
  ({ directory } = await prepareOffline(terraform, { sources, stack: 'application', workDirectory }));
  const image = { state_version: 1, image_digest: `sha256:${'0123456789abcdef'.repeat(4)}`, network_cidr_blocks: {} };
  for (const [name, outputs] of Object.entries({ applied: image, empty: {}, older: { image_digest: otherDigest } })) {
    writeFileSync(join(directory, `${name}.tfstate`), stateWithOutputs(JSON.stringify(outputs)));
  }
});

interface Attempt {
  readonly workspace: string;
  readonly variablesOf: string;
  readonly upstream?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Plans for real, and returns how it ended and each error on one line. */
const plan = async ({ workspace, variablesOf, upstream = 'applied', variables = {} }: Attempt) => {
  const { exitCode, stderr } = await terraform.run(
    [
      'plan',
      '-no-color',
      '-refresh=false',
      '-lock=false',
      `-var-file=environments/${variablesOf}.tfvars`,
      `-var=upstream_state={"backend":"local","config":{"path":"${upstream}.tfstate"}}`,
      ...Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`),
    ],
    {
      directory,
      variables: { TF_WORKSPACE: workspace, AWS_ACCESS_KEY_ID: 'offline', AWS_SECRET_ACCESS_KEY: 'offline' },
    },
  );
  const errors = stderr.split(/^\W*Error: /m).slice(1);
  return { exitCode, errors: errors.map((text) => text.replace(/[\s│╵]+/g, ' ')) };
};

/** Each error must match its pattern, and there may be no other. */
const expectRefusal = async (attempt: Attempt, patterns: readonly RegExp[]) => {
  const { exitCode, errors } = await plan(attempt);
  expect(exitCode).toBe(1);
  expect(errors).toHaveLength(patterns.length);
  expect(errors).toEqual(expect.arrayContaining(patterns.map((pattern) => expect.stringMatching(pattern))));
};

it('refuses the variables of another environment than the workspace is for', () =>
  expectRefusal({ workspace: second.name, variablesOf: first.name }, [
    new RegExp(
      `workspace is ${second.name}, but the variables are those of ${first.name}.*export TF_WORKSPACE=${first.name}`,
    ),
  ]));

it('refuses the workspace default', () =>
  expectRefusal({ workspace: 'default', variablesOf: first.name }, [
    new RegExp(`No workspace is selected. Run: export TF_WORKSPACE=${first.name}`),
  ]));

it("refuses another account's role, and a tag that is blank", () =>
  expectRefusal(
    {
      workspace: second.name,
      variablesOf: second.name,
      variables: { deployment_role_arn: `arn:aws:iam::${first.account}:role/deployment`, owner: ' ' },
    },
    [/The tag owner is mandatory/, new RegExp(`${second.name} is in account ${second.account}`)],
  ));

it('refuses a file of the drift role that names none', async () => {
  const file = join(directory, 'environments', `${first.name}.drift.tfbackend`);
  const written = readFileSync(file, 'utf8');
  writeFileSync(file, '');
  try {
    await expectRefusal({ workspace: first.name, variablesOf: first.name, variables: { first_deployment: 'true' } }, [
      /looks for drift is \S+-role-drift-\S+, but \S+\.drift\.tfbackend names no role/,
    ]);
  } finally {
    writeFileSync(file, written);
  }
});

it('refuses an upstream that was never applied', () =>
  expectRefusal({ workspace: second.name, variablesOf: second.name, upstream: 'nowhere' }, [
    new RegExp(`upstream\\["${first.name}"\\].*Apply the upstream environment first.*first_deployment=true`),
  ]));

it('refuses an upstream that was destroyed', () =>
  expectRefusal({ workspace: second.name, variablesOf: second.name, upstream: 'empty' }, [
    new RegExp(`The state of ${first.name} is empty.*Apply ${first.name} first`),
  ]));

it('refuses an upstream that an older version applied', () =>
  expectRefusal({ workspace: second.name, variablesOf: second.name, upstream: 'older' }, [
    new RegExp(`state_version is missing, needed is 1.*apply ${first.name} with this version first`),
  ]));

it('refuses an image that has not passed upstream, and a range that another environment plans', () => {
  const variablesOfThird = readFileSync(join(directory, 'environments', `${third.name}.tfvars`), 'utf8');
  const range = /^vpc_cidr_block\s*=\s*"(.+)"$/m.exec(variablesOfThird)?.[1] ?? 'none';
  return expectRefusal(
    {
      workspace: second.name,
      variablesOf: second.name,
      variables: { vpc_cidr_block: range, image_digest: otherDigest },
    },
    [
      new RegExp(`image_digest is not what ${first.name} runs`),
      new RegExp(`overlaps with the network of ${third.name} \\(${range}\\)`),
    ],
  );
});
