import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { runProgram, type Variables } from '@flaghoist/tools/run-program';
import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from '@pulumi/pulumi/automation/index.js';

interface CommandLine {
  /** Where Pulumi keeps its state, plugins and login. */
  readonly folder: string;
  /** A path, or a name that is found on the PATH. */
  readonly pulumi: string;
  readonly variables: Variables;
}

const PROJECT = 'flaghoist';
const member = join(__dirname, '..');

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

/** With the stand-ins, or with the official plugins and language host, which Pulumi fetches by itself or has beside it. */
const plugins = ({ FLAGHOIST_PULUMI_PLUGINS: asked, PATH = '' }: Variables): Readonly<Record<string, string>> =>
  asked === 'official'
    ? { PATH }
    : {
        PATH: [join(__dirname, 'stand-ins'), PATH].join(delimiter),
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      };

/** Where AWS is, and who asks: for the plugins. */
const isOfAws = (each: readonly [string, string | undefined]): each is [string, string] =>
  each[0].startsWith('AWS_') && each[1] !== undefined;

const settingsOf = ({ folder, variables }: CommandLine): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(variables).filter(isOfAws)),
  ...plugins(variables),
  PULUMI_BACKEND_URL: `file://${made(join(folder, 'backend'))}`,
  PULUMI_HOME: join(folder, 'home'),
  PULUMI_CONFIG_PASSPHRASE: 'only for this test',
  PULUMI_SKIP_UPDATE_CHECK: 'true',
});

const made = (directory: string): string => {
  mkdirSync(directory, { recursive: true });
  return directory;
};

/** A stack in Pulumi's own command line, whose program runs in this process. */
export const stackOf = async (name: string, program: PulumiFn, commandLine: CommandLine): Promise<Stack> => {
  const { folder, pulumi, variables } = commandLine;
  return LocalWorkspace.createOrSelectStack(
    { stackName: name, projectName: PROJECT, program },
    {
      pulumiCommand: await commandIn(folder, pulumi, variables),
      projectSettings: { name: PROJECT, runtime: 'nodejs' },
      envVars: settingsOf(commandLine),
    },
  );
};

/** All that Pulumi has stored of its stacks: states, their history and copies. */
export const storedIn = (folder: string): readonly { readonly file: string; readonly text: string }[] =>
  readdirSync(join(folder, 'backend'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/**
 * The project as "pnpm build" leaves it, where it lies in a checkout, but elsewhere: Pulumi writes the settings of a stack beside
 * Pulumi.yaml.
 */
const projectIn = async (folder: string, variables: Variables): Promise<string> => {
  const project = made(join(folder, 'packages', 'state-readers'));
  copyFileSync(join(member, 'Pulumi.yaml'), join(project, 'Pulumi.yaml'));
  symlinkSync(join(member, 'node_modules'), join(project, 'node_modules'));
  const { scripts } = JSON.parse(readFileSync(join(member, 'package.json'), 'utf8'));
  const PATH = [join(member, 'node_modules', '.bin'), variables['PATH']].join(delimiter);
  const build = ['-c', `${scripts.build} --outfile=${join(project, 'dist', 'program.cjs')}`];
  const { exitCode, stderr } = await runProgram('sh', build, { directory: member, variables: { ...variables, PATH } });
  if (exitCode !== 0) throw new Error(`the program could not be built: ${stderr}`);
  return project;
};

/** Types commands of Pulumi in the folder of the built program. */
export const typing = async (commandLine: CommandLine): Promise<(...args: readonly string[]) => Promise<string>> => {
  const { folder, pulumi, variables } = commandLine;
  const directory = await projectIn(folder, variables);
  return async (...args) => {
    const { exitCode, stdout, stderr } = await runProgram(pulumi, ['--non-interactive', ...args], {
      directory,
      variables: { ...variables, ...settingsOf(commandLine) },
    });
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(' ')} ended with ${exitCode}:\n${stdout}${stderr}`);
    return stdout;
  };
};
