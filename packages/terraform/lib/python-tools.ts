import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from './cli-configuration.ts';
import { ToolMissingError } from './errors.ts';
import { runProgram, type Variables } from './run-program.ts';

/** Each in an environment of its own: they pin different versions of the same libraries. */
export const pythonTools = ['checkov', 'ministack', 'moto'] as const;
export type PythonTool = (typeof pythonTools)[number];

const PYTHON_HINT =
  'Install Python 3.10 or newer with its venv module (python3 and python3-venv in Debian) and let pip reach a package index.';

/** Named after the requirements, so that another version is another environment. */
const environmentOf = (tool: PythonTool, requirements: string, variables: Variables): string => {
  const pins = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  return join(cacheDirectory(variables), 'python', `${tool}-${pins}`);
};

/** Written last: an environment without it was interrupted. */
const finished = (environment: string): string => join(environment, 'finished');

const requirementsOf = (member: string, tool: PythonTool): string => join(member, 'python', `${tool}.txt`);

/**
 * Where a tool's programs are.
 * @param member the folder `packages/terraform`, which has the pinned requirements
 * @throws {ToolMissingError} when it was not installed on this machine
 */
export const pythonProgram = (
  member: string,
  { tool, program, variables }: { readonly tool: PythonTool; readonly program: string; readonly variables: Variables },
): string => {
  const environment = environmentOf(tool, requirementsOf(member, tool), variables);
  if (!existsSync(finished(environment))) {
    throw new ToolMissingError(
      `${tool} is not installed on this machine`,
      'Run "npm test" once, or "pnpm --filter @flaghoist/terraform tools", which installs it.',
    );
  }
  return join(environment, 'bin', program);
};

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
  const requirements = requirementsOf(member, tool);
  const environment = environmentOf(tool, requirements, variables);
  if (existsSync(finished(environment))) return;

  print(`Installing ${tool} (once per machine and version) …`);
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(join(environment, '..'), { recursive: true });
  const steps = [
    ['python3', '-m', 'venv', environment],
    [
      join(environment, 'bin', 'pip'),
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--requirement',
      requirements,
    ],
  ] as const;
  for (const [program, ...args] of steps) {
    const { exitCode, stderr } = await runProgram(program, args, { directory: member, variables }).catch((cause) => {
      throw new ToolMissingError(`There is no ${program} on this machine`, PYTHON_HINT, cause);
    });
    if (exitCode !== 0) throw new ToolMissingError(`${tool} could not be installed:\n${stderr.trim()}`, PYTHON_HINT);
  }
  writeFileSync(finished(environment), '');
};
