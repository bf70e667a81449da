import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { documentedCommands, typeIn } from '@flaghoist/terraform/typed-commands';
import type { ProgramResult } from '@flaghoist/tools/run-program';
import type { Moto } from '../lib/moto.ts';
import type { Checkout } from './checkout.ts';
import { hoist } from './hoist.ts';
import { inventory } from './inventory.ts';
import { signed } from './requests.ts';
import { assume, readBackendFile } from './state-backend.ts';

const BUCKET = 'states-of-the-environment';

interface Stage {
  readonly moto: Moto;
  readonly checkout: Checkout;
  readonly environment: Environment;
  /** The environment's own role, which deploys. */
  readonly role: string;
}

/** States are kept in the environment's own account here: who may touch them is shown by the story of all stacks. */
const keepStates = async ({ moto, checkout, environment, role }: Stage): Promise<void> => {
  const { name, account, region } = environment;
  const settings = (file: string) => {
    const who = /role_arn\s*=\s*"([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1];
    return `bucket = "${BUCKET}"\nregion = "${region}"\nuse_lockfile = true\nworkspace_key_prefix = "${account}"\nassume_role = { role_arn = "${who}" }\n`;
  };
  for (const stack of ['application', 'governance'])
    for (const kind of ['s3', 'drift']) {
      const file = join(checkout.stack(stack), 'environments', `${name}.${kind}.tfbackend`);
      writeFileSync(file, settings(file));
    }
  const body = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  const headers = signed('s3', region, await assume(moto, role, region));
  const { ok, status } = await fetch(`${moto.endpoint}/${BUCKET}`, { method: 'PUT', headers, body });
  if (!ok) throw new Error(`the bucket of states could not be made: ${status}`);
};

const typed = async (commands: string, { moto, checkout, environment }: Stage, stack: string): Promise<string> => {
  const { exitCode, stdout, stderr } = await tried(commands, { moto, checkout, environment }, stack);
  if (exitCode !== 0) throw new Error(`${commands}\nended with ${exitCode}:\n${stdout}${stderr}`);
  return stdout;
};

const tried = (
  commands: string,
  { moto, checkout, environment }: Omit<Stage, 'role'>,
  stack: string,
): Promise<ProgramResult> =>
  typeIn(commands, {
    directory: checkout.stack(stack),
    machine: process.env,
    variables: { ...moto.variables, TF_WORKSPACE: environment.name },
  });

const init = `TF_WORKSPACE=default terraform init -reconfigure -backend-config=environments/$TF_WORKSPACE.s3.tfbackend`;

/** Each resource and module that is there once had the key 0 as long as a switch decided whether it was there. */
const withSwitch = (state: string): string => {
  const { serial, resources, ...rest } = JSON.parse(state);
  const switched = resources.map(
    ({ module, instances, ...resource }: { module?: string; instances: { index_key?: unknown }[] }) => {
      if (!module?.startsWith('module.config_recorder')) return { module, instances, ...resource };
      const inside = module.split('.').length > 2;
      return {
        ...resource,
        module: module.replace(/^(module\.config_recorder\.module\.\w+)/, '$1[0]'),
        instances: inside ? instances : instances.map((each) => ({ ...each, index_key: 0 })),
      };
    },
  );
  return JSON.stringify({ ...rest, serial: serial + 1, resources: switched });
};

/** The application as an earlier version left it, with the recorder in its state. */
const applyAsBefore = async (stage: Stage): Promise<void> => {
  const { checkout, environment, role } = stage;
  const directory = checkout.stack('application');
  for (const file of readdirSync(directory)) if (file.endsWith('.tf')) rmSync(join(directory, file));
  copyFileSync(join(__dirname, 'recorder-before.tf'), join(directory, 'main.tf'));
  const { name, region, account } = environment;
  const place = { environment: name, region, account, role_arn: role };
  writeFileSync(join(directory, 'place.auto.tfvars.json'), JSON.stringify({ place }));
  await typed(`${init}\nterraform apply\nterraform state pull > before.json`, stage, 'application');
  const file = join(directory, 'before.json');
  writeFileSync(file, withSwitch(readFileSync(file, 'utf8')));
  await typed('terraform state push before.json', stage, 'application');
};

/** What the application's present version would do to a recorder that was not moved: the block is the stack's own. */
const forgotten = async (stage: Stage): Promise<string> => {
  const main = join(stage.checkout.stack('application'), 'main.tf');
  const before = readFileSync(main, 'utf8');
  const shipped = readFileSync(join(__dirname, '../../lib/stacks/application/main.tf'), 'utf8');
  const block = /^removed \{\n[\s\S]*?^\}/m.exec(shipped)?.[0];
  if (block === undefined) throw new Error('the stack application has no block "removed"');
  writeFileSync(main, before.replace(/^module "config_recorder" \{\n[\s\S]*?^\}/m, block));
  const plan = await typed('terraform plan', stage, 'application');
  writeFileSync(main, before);
  return plan;
};

const stopRecorder = async ({ moto, environment: { region }, role }: Stage, recorder: string): Promise<void> => {
  const { ok } = await fetch(moto.endpoint, {
    method: 'POST',
    headers: {
      ...signed('config', region, await assume(moto, role, region)),
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': 'StarlingDoveService.StopConfigurationRecorder',
    },
    body: JSON.stringify({ ConfigurationRecorderName: recorder }),
  });
  if (!ok) throw new Error(`${recorder} could not be stopped`);
};

/** `hoist drift ENVIRONMENT --stack governance`, as it is typed: `class severity address path` of what is found. */
const drift = async ({ moto, checkout, environment }: Stage): Promise<readonly string[]> => {
  const lib = dirname(dirname(checkout.stack('governance')));
  const report = await hoist(moto, ['drift', environment.name, '--stack', 'governance', '--sources', lib]);
  return report.findings.map(
    (each: Readonly<Record<'class' | 'severity' | 'address' | 'path', string>>) =>
      `${each.class} ${each.severity} ${each.address} ${each.path}`,
  );
};

/** The recorder's way from the application's state into a stack of its own, by the commands of that stack's README. */
export const moveRecorder = async (moto: Moto, checkout: Checkout, environment: Environment) => {
  const { role } = readBackendFile(
    join(checkout.stack('governance'), 'environments', `${environment.name}.s3.tfbackend`),
  );
  const stage: Stage = { moto, checkout, environment, role };
  const places = [`${environment.account}/${environment.region}`];
  await keepStates(stage);
  const empty = await inventory(moto, places);
  await applyAsBefore(stage);
  const before = await inventory(moto, places);
  const forgets = await forgotten(stage);

  const readme = join(checkout.stack('governance'), 'README.md');
  const commands = documentedCommands(readme, 'Moving the recorder here from the application');
  const moved = await typed(commands, stage, 'governance');
  const after = await inventory(moto, places);
  const left = await typed('terraform state list', stage, 'application');
  const inputs = `-var-file=environments/${environment.name}.tfvars`;
  const again = await typed(`terraform plan ${inputs}`, stage, 'governance');
  await stopRecorder(stage, await typed('terraform output -raw recorder_name', stage, 'governance'));
  const drifted = await drift(stage);
  await typed(`terraform destroy ${inputs}`, stage, 'governance');
  await typed('terraform destroy', stage, 'application');
  return {
    empty,
    before,
    forgets,
    moved,
    after,
    left,
    again,
    drifted,
    atEnd: await inventory(moto, places),
  };
};
