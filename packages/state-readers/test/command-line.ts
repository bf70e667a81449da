import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Variables } from '@flaghoist/tools/run-program';
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from '@pulumi/pulumi/automation/index.js';

interface CommandLine {
  /** Where Pulumi keeps its state, plugins and login. */
  readonly folder: string;
  /** A path, or a name that is found on the PATH. */
  readonly pulumi: string;
  readonly variables: Variables;
}

const PROJECT = 'flaghoist';

const onPath = (name: string, { PATH = '' }: Variables): string => {
  const found = PATH.split(delimiter)
    .map((directory) => join(directory, name))
    .find(existsSync);
  if (found === undefined) throw new Error(`${name} is not on the PATH`);
  return found;
};

/** The Automation API looks for bin/pulumi in a folder. */
const commandIn = async (folder: string, program: string, variables: Variables): Promise<PulumiCommand> => {
  const root = join(folder, 'root');
  if (!existsSync(root)) {
    mkdirSync(join(root, 'bin'), { recursive: true });
    symlinkSync(isAbsolute(program) ? program : onPath(program, variables), join(root, 'bin', 'pulumi'));
  }
  return PulumiCommand.get({ root });
};

/** With the stand-ins, or with the official plugins, which Pulumi fetches by itself. */
const plugins = ({ FLAGHOIST_PULUMI_PLUGINS: asked, PATH = '' }: Variables): Readonly<Record<string, string>> =>
  asked === 'official'
    ? { PATH }
    : {
        PATH: [join(__dirname, 'stand-ins'), PATH].join(delimiter),
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      };

/** A stack in Pulumi's own command line, whose program runs in this process. */
export const stackOf = async (
  name: string,
  program: PulumiFn,
  { folder, pulumi, variables }: CommandLine,
): Promise<Stack> => {
  const backend = join(folder, 'backend');
  mkdirSync(backend, { recursive: true });
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: PROJECT, program },
    {
      pulumiCommand: await commandIn(folder, pulumi, variables),
      pulumiHome: join(folder, 'home'),
      projectSettings: { name: PROJECT, runtime: 'nodejs', backend: { url: `file://${backend}` } },
      envVars: {
        ...plugins(variables),
        PULUMI_CONFIG_PASSPHRASE: 'only for this test',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
      },
    },
  );
  await stack.setConfig('flaghoist:publish', { value: 'false' });
  return stack;
};
