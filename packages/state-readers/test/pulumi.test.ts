import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Moto, motoPython, startMoto } from '@flaghoist/emulator/moto';
import { openTerraform } from '@flaghoist/terraform/terraform';
import { ToolMissingError } from '@flaghoist/tools/errors';
import { findPulumi } from '@flaghoist/tools/find-pulumi';
import { findTerraform } from '@flaghoist/tools/find-terraform';
import { leftOut } from '@flaghoist/tools/missing-tool';
import { Config } from '@pulumi/pulumi';
import type { Stack } from '@pulumi/pulumi/automation/index.js';
import * as z from 'zod/mini';
import { readConfiguration } from '../lib/configuration.ts';
import { environmentProgram } from '../lib/environment-program.ts';
import { fleetProgram } from '../lib/fleet-program.ts';
import { AppliedStates, three } from './applied-states.ts';
import { stackOf } from './command-line.ts';

const [blue, green, red] = three;
const SECRET = 'a-password-that-nobody-may-read';

// No stack has a sensitive output today. This one stands for the first of them.
jest.mock('@flaghoist/stack-outputs/contract', () => {
  const actual = jest.requireActual('@flaghoist/stack-outputs/contract');
  const { application } = actual.contracts;
  const contract = { ...application, sensitive: z.object({ token: z._default(z.string(), '') }) };
  return { ...actual, contracts: { ...actual.contracts, application: contract } };
});

/** What all of it needs. In CI too these are left out where they are missing: nobody waits for a build of Pulumi there. */
const found = () => {
  try {
    findTerraform(process.env);
    motoPython();
    return findPulumi(join(__dirname, '..', '..', 'tools'), process.env).program;
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    process.stderr.write(`${leftOut(String(expect.getState().testPath), error)}\n`);
    return undefined;
  }
};
const pulumi = found();

(pulumi === undefined ? describe.skip : describe)(
  "with Pulumi's command line, over states that Terraform wrote",
  () => {
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

    const stackFor = (name: string): Promise<Stack> => {
      const run = async () => {
        const configuration = readConfiguration(new Config('flaghoist'));
        return name === 'fleet'
          ? { ...(await fleetProgram(states.sources, configuration)) }
          : { ...(await environmentProgram(name, states.sources, configuration)) };
      };
      return stackOf(name, run, { folder, pulumi: pulumi ?? '', variables: { ...process.env, ...moto.variables } });
    };

    it('reads, sees what Terraform changed, keeps secrets, and is destroyed', async () => {
      await states.apply(blue, ({ stack }, outputs) =>
        stack === 'application' ? { ...outputs, token: SECRET } : outputs,
      );
      const stack = await stackFor(blue.name);
      const { outputs } = await stack.up();
      expect(outputs['record']?.value).toMatchObject({
        environment: blue.name,
        endpoints: { url: expect.any(String) },
      });
      expect(outputs['secrets']).toEqual({ value: { [`application/${blue.name}/token`]: SECRET }, secret: true });
      expect(JSON.stringify(await stack.exportStack())).not.toContain(SECRET);

      await states.apply(blue, ({ stack: of }, own) =>
        of === 'application' ? { ...own, url: 'https://new.invalid' } : own,
      );
      await stack.up();
      expect((await stack.outputs())['record']?.value.endpoints.url).toBe('https://new.invalid');

      await stack.destroy();
      expect((await stack.exportStack()).deployment.resources ?? []).toEqual([]);
    });

    it('reads the other stacks by reference', async () => {
      for (const environment of three) {
        await states.apply(environment, ({ stack }, outputs) =>
          stack === 'application' && environment === red ? { ...outputs, image_digest: 'sha256:old' } : outputs,
        );
        await (await stackFor(environment.name)).up();
      }
      const { outputs } = await (await stackFor('fleet')).up();
      const { promotion } = outputs['record']?.value ?? {};
      expect(promotion).toMatchObject([
        { environment: blue.name, asUpstream: null },
        { environment: green.name, asUpstream: true },
        { environment: red.name, asUpstream: false },
      ]);
    });

    it('fails with our words when a state or an output is missing', async () => {
      await states.apply(blue, ({ stack }, outputs) => (stack === 'flags-global' ? undefined : outputs));
      const stack = await stackFor(blue.name);
      await expect(stack.up()).rejects.toThrow(
        new RegExp(`stack flags-global, workspace ${blue.name}, key flags-global/terraform.tfstate: [^]*NoSuchKey`),
      );
      await states.apply(blue, ({ stack: of }, { table_arns: arns, ...outputs }) =>
        of === 'flags-global' || arns === undefined ? outputs : { ...outputs, table_arns: arns },
      );
      await expect(stack.up()).rejects.toThrow('output table_arns: it is not there');
    });
  },
);
