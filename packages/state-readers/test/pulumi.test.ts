import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '@flaghoist/core/parse';
import { type Moto, motoPython, startMoto } from '@flaghoist/emulator/moto';
import type { Environment } from '@flaghoist/fleet/environments';
import { environmentRecordSchema } from '@flaghoist/stack-outputs/environment-record';
import { openTerraform } from '@flaghoist/terraform/terraform';
import { findPulumi } from '@flaghoist/tools/find-pulumi';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { needs } from '@flaghoist/tools/needs';
import { Config } from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import * as z from 'zod/mini';
import { readConfiguration } from '../lib/configuration.ts';
import { environmentProgram } from '../lib/environment-program.ts';
import { fleetProgram } from '../lib/fleet-program.ts';
import { FLEET } from '../lib/unknown-stack.ts';
import { AppliedStates, three } from './applied-states.ts';
import { stackOf, storedIn, typing } from './command-line.ts';
import { dashboardsOf, parametersBelow } from './published.ts';

const [blue, green, red] = three;
const exportsSchema = z.object({ record: environmentRecordSchema });
const shown = { what: 'what the stack exports', hint: 'See lib/main.ts.' };
/** The stack itself and the provider of AWS. */
const OWN_RESOURCES = 2;

const without = (outputs: Readonly<Record<string, unknown>>, name: string) =>
  Object.fromEntries(Object.entries(outputs).filter(([each]) => each !== name));

const SECRET = 'a-password-that-nobody-may-read';

// No stack has a sensitive output today. This one stands for the first of them.
jest.mock('@flaghoist/stack-outputs/contract', () => {
  const actual = jest.requireActual('@flaghoist/stack-outputs/contract');
  const { application } = actual.contracts;
  const { _default, object, string } = jest.requireActual('zod/mini');
  const contract = { ...application, sensitive: object({ token: _default(string(), '') }) };
  return { ...actual, contracts: { ...actual.contracts, application: contract } };
});

/** `npm run test:pulumi` is never green with these tests left out. */
const isRequired = process.env['FLAGHOIST_PULUMI'] === 'required';

/** In CI too these tests are left out where Pulumi is missing: nobody waits for a build of it there. */
const pulumi = needs(
  () => findPulumi(join(__dirname, '..', '..', 'tools'), process.env).program,
  isRequired ? { CI: 'true' } : {},
);
const withTools =
  pulumi.describe === describe
    ? needs(() => [findTerraform(process.env), motoPython()], isRequired ? { CI: 'true' } : process.env).describe
    : pulumi.describe;

withTools("with Pulumi's command line, over states that Terraform wrote", () => {
  let folder: string;
  let moto: Moto;
  let states: AppliedStates;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flaghoist-pulumi-'));
    moto = await startMoto(blue.account);
    states = new AppliedStates(folder, await openTerraform(process.env), moto);
    await states.start();
  });
  afterEach(async () => {
    await moto.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const commandLine = () => ({
    folder,
    pulumi: pulumi.tool(),
    variables: { ...process.env, ...moto.variables, AWS_REGION: blue.region },
  });

  const stackFor = (name: string): Promise<Stack> => {
    const run = async () => {
      const configuration = readConfiguration(new Config('flaghoist'));
      return name === FLEET
        ? { ...(await fleetProgram(states.sources, configuration)) }
        : { ...(await environmentProgram(name, states.sources, configuration)) };
    };
    return stackOf(name, run, commandLine());
  };

  const published = (environment: Environment) =>
    parametersBelow(`/${environment.name}/flaghoist/`, moto, environment.region);

  it('publishes, sees what Terraform changed, keeps secrets, and is destroyed', async () => {
    await states.apply(blue, ({ stack }, outputs) =>
      stack === 'application' ? { ...outputs, token: SECRET } : outputs,
    );
    const stack = await stackFor(blue.name);
    const { outputs } = await stack.up();
    const { record } = parse(exportsSchema, { record: outputs['record']?.value }, shown);
    expect(record.endpoints.url).toMatch(/^http/);
    const place = `application/${blue.name}/token`;
    expect(outputs['secrets']).toEqual({ value: { [place]: SECRET }, secret: true });
    const stored = storedIn(folder);
    expect(stored.filter(({ text }) => text.includes(SECRET)).map(({ file }) => file)).toEqual([]);
    expect(stored.find(({ file }) => file.endsWith(`${blue.name}.json`))?.text).toContain('"ciphertext"');

    const parameters = await published(blue);
    expect(parameters.map(({ name }) => name).sort()).toEqual(
      outputs['published']?.value.map(({ path }: { readonly path: string }) => path).sort(),
    );
    expect(parameters.filter(({ type }) => type === 'SecureString')).toEqual([
      {
        name: `/${blue.name}/flaghoist/secrets/${place}`,
        type: 'SecureString',
        value: JSON.stringify(SECRET),
      },
    ]);

    const again = await stack.up();
    expect(again.summary.resourceChanges).toEqual({ same: parameters.length + OWN_RESOURCES });

    await states.apply(blue, ({ stack: of }, own) =>
      of === 'application' ? { ...own, token: SECRET, url: 'https://new.invalid' } : own,
    );
    const changed = await stack.up();
    expect(changed.outputs['record']?.value.endpoints.url).toBe('https://new.invalid');
    expect(changed.summary.resourceChanges).toMatchObject({ update: 1 });
    const endpoints = (await published(blue)).find(({ name }) => name.endsWith('/endpoints'));
    expect(JSON.parse(endpoints?.value ?? '')).toMatchObject({ url: 'https://new.invalid' });

    await stack.destroy();
    expect((await stack.exportStack()).deployment.resources ?? []).toEqual([]);
    expect(await published(blue)).toEqual([]);
  });

  it('reads the other stacks by reference, and makes the dashboard of all', async () => {
    for (const environment of three) {
      await states.apply(environment, ({ stack }, outputs) =>
        stack === 'application' && environment === red ? { ...outputs, image_digest: 'sha256:old' } : outputs,
      );
      const stack = await stackFor(environment.name);
      await stack.setConfig('flaghoist:publish', { value: 'false' });
      await stack.up();
    }
    const { outputs } = await (await stackFor(FLEET)).up();
    const { promotion, overlaps } = outputs['record']?.value ?? {};
    expect(overlaps).toEqual([]);
    expect(promotion).toMatchObject([
      { environment: blue.name, asUpstream: null },
      { environment: green.name, asUpstream: true },
      { environment: red.name, asUpstream: false },
    ]);
    expect(await dashboardsOf('shared-', moto, red.region)).toEqual([
      expect.stringMatching(/^shared-hoist-dashboard-environments-/),
    ]);
  });

  it('fails with our words when a state or an output is missing, and publishes nothing', async () => {
    await states.apply(blue, ({ stack }, outputs) => (stack === 'flags-global' ? undefined : outputs));
    const type = await typing(commandLine());
    await type('stack', 'init', blue.name);
    await type('config', 'set', 'flaghoist:sources', states.sources);
    await expect(type('up', '--yes', '--skip-preview')).rejects.toThrow(
      new RegExp(
        `stack flags-global, workspace ${blue.name}, key flags-global/terraform.tfstate: [^]*(?:NoSuchKey|it has no outputs)`,
      ),
    );
    await states.apply(blue, ({ stack }, outputs) =>
      stack === 'flags-global' ? without(outputs, 'table_arns') : undefined,
    );
    await expect(type('up', '--yes', '--skip-preview')).rejects.toThrow(
      new RegExp(`stack flags-global, workspace ${blue.name}, .*output table_arns: it is not there[^]*Apply the stack`),
    );
    expect(await published(blue)).toEqual([]);
  });

  it('runs as it is built, by the commands of the README', async () => {
    await states.apply(blue);
    const type = await typing(commandLine());
    await type('stack', 'init', blue.name);
    expect(await type('preview')).toContain('endpoints');
    expect(await published(blue)).toEqual([]);
    await type('up', '--yes', '--skip-preview');
    const { record } = parse(exportsSchema, JSON.parse(await type('stack', 'output', '--json')), shown);
    expect(record).toMatchObject({ environment: blue.name, home: blue.region });
    expect((await published(blue)).map(({ name }) => name)).toContain(`/${blue.name}/flaghoist/endpoints`);
    await type('destroy', '--yes', '--skip-preview');
    expect(await published(blue)).toEqual([]);
  });
});
