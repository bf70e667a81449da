import { nameOf } from '@flaghoist/stack-outputs/naming';
import { inputsOf } from '@flaghoist/stack-outputs/naming-context';
import * as pulumi from '@pulumi/pulumi';
import { readConfiguration } from '../lib/configuration.ts';
import { environmentProgram } from '../lib/environment-program.ts';
import { environments, PARAMETER, PROVIDER, sources, World } from './world.ts';

const [first] = environments;
const configured = (settings: Readonly<Record<string, string>> = {}) =>
  readConfiguration({ get: (key: string) => settings[key] } as Pick<pulumi.Config, 'get'>);

/** Waits until every resource has been made. */
const settled = (): Promise<void> => pulumi.runtime.disconnect();

let world: World;
beforeEach(async () => {
  world = new World();
  await world.start(first.name);
});

it('reads every state where the backend files say, in its workspace and with its role', async () => {
  await world.apply(first);
  await environmentProgram(first.name, sources, configured());
  await settled();
  expect(world.asked).toHaveLength(world.states.size);
  expect(world.asked).toContainEqual({
    bucket: expect.any(String),
    region: expect.any(String),
    key: 'flags-region/terraform.tfstate',
    workspace: `${first.name}-${first.region}`,
    workspaceKeyPrefix: first.account,
    roleArn: expect.stringContaining(`:${first.account}:role/`),
  });
});

it('reads from where the configuration says instead', async () => {
  await world.apply(first);
  for (const [place, outputs] of [...world.states]) {
    world.states.set(place.replace(/^[^/]*\/[^/]*/, 'mine/elsewhere'), outputs);
  }
  const role = 'arn:aws:iam::999999999999:role/reader';
  const endpoint = 'http://127.0.0.1:5000';
  await environmentProgram(
    first.name,
    sources,
    configured({ bucket: 'mine', region: 'eu-north-1', workspaceKeyPrefix: 'elsewhere', role, endpoint }),
  );
  await settled();
  expect(world.asked[0]).toMatchObject({
    bucket: 'mine',
    region: 'eu-north-1',
    workspaceKeyPrefix: 'elsewhere',
    roleArn: role,
    endpoint,
    stsEndpoint: endpoint,
    forcePathStyle: true,
  });
});

it('publishes the record as parameters in the home of the environment, named and tagged as Terraform does', async () => {
  await world.apply(first);
  const { record, published } = await environmentProgram(first.name, sources, configured());
  await settled();
  const { context, deploymentRoleArn } = await inputsOf(sources, first);
  expect(world.of(PROVIDER).map(({ inputs }) => inputs)).toEqual([
    expect.objectContaining({
      region: first.region,
      allowedAccountIds: JSON.stringify([first.account]),
      assumeRoles: JSON.stringify([{ roleArn: deploymentRoleArn }]),
    }),
  ]);
  const parameters = world.of(PARAMETER);
  expect(parameters.map(({ inputs }) => inputs['name'])).toEqual(published.map(({ path }) => path));
  expect(JSON.parse(String(parameters.find(({ name }) => name === 'endpoints')?.inputs['value']))).toEqual(
    record.endpoints,
  );
  for (const { name, inputs } of parameters) {
    expect(inputs['tags']).toEqual({
      environment: first.name,
      'cost-center': context.costCenter,
      owner: context.owner,
      service: context.service,
      'managed-by': 'pulumi',
      Name: nameOf(context, { type: 'parameter', qualifier: name.replaceAll('/', '-') }),
    });
  }
  const names = parameters.map(({ inputs }) => (inputs['tags'] as { Name: string }).Name);
  expect(new Set(names).size).toBe(names.length);
});

it('publishes nothing where that is switched off', async () => {
  await world.apply(first);
  const { published } = await environmentProgram(first.name, sources, configured({ publish: 'false' }));
  await settled();
  expect(published).toEqual([]);
  expect(world.made).toEqual([]);
});

it('names a state that is missing, and what to apply', async () => {
  await world.apply(first, ({ stack }, outputs) => (stack === 'flags-global' ? undefined : outputs));
  await expect(environmentProgram(first.name, sources, configured())).rejects.toMatchObject({
    code: 'FH_STACK_OUTPUTS',
    message: expect.stringMatching(
      new RegExp(`stack flags-global, workspace ${first.name}, key flags-global/terraform.tfstate: .*NoSuchKey`),
    ),
    hint: expect.stringContaining('Apply the stack flags-global'),
  });
});

it('takes a state without any output for one that is missing', async () => {
  await world.apply(first, ({ stack }, outputs) => (stack === 'flags-global' ? {} : outputs));
  await expect(environmentProgram(first.name, sources, configured())).rejects.toMatchObject({
    message: `the state cannot be read: stack flags-global, workspace ${first.name}, key flags-global/terraform.tfstate: it has no outputs`,
    hint: expect.stringContaining('Apply the stack flags-global'),
  });
});

it('names an output that is missing', async () => {
  await world.apply(first, ({ stack }, { url: _, ...outputs }) => (stack === 'application' ? outputs : { ...outputs }));
  await expect(environmentProgram(first.name, sources, configured())).rejects.toThrow(
    `stack application, workspace ${first.name}, key application/terraform.tfstate, output url: it is not there`,
  );
});

it('refuses a stack that is no environment', async () => {
  await expect(environmentProgram('nowhere', sources, configured())).rejects.toMatchObject({
    code: 'FH_UNKNOWN_STACK',
    hint: expect.stringContaining(`${environments.map(({ name }) => name).join(', ')}, fleet`),
  });
});

it.each([
  [{ publish: 'yes' }, '/publish'],
  [{ role: 'admin' }, '/role'],
  [{ endpoint: 'localhost' }, '/endpoint'],
  [{ region: 'Ireland' }, '/region'],
])('refuses the configuration %j', (settings, place) => {
  expect(() => configured(settings as Record<string, string>)).toThrow(
    `the stack's configuration is not valid: ${place}`,
  );
});
