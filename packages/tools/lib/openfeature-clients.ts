import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { ToolMissingError } from './errors.ts';
import { installOnce } from './install-once.ts';
import { installPythonTool, pythonProgram } from './python-tools.ts';
import { runProgram, type Variables } from './run-program.ts';

/** An application with OpenFeature's official clients; its sources are in `openfeature`, JavaScript's beside the tests of the agent. */
export interface ClientProgram {
  readonly program: string;
  readonly args: readonly string[];
}

export const clientLanguages = ['python', 'go'] as const;
export type ClientLanguage = (typeof clientLanguages)[number];

const GO_HINT = 'Install Go 1.25 or newer (golang.org/dl) and let it reach a module proxy (go env GOPROXY).';

/** Named after what it is made from, so that another version is another folder. */
const goClient = (member: string, variables: Variables): string => {
  const pins = createHash('sha256');
  for (const source of ['go.mod', 'go.sum', 'main.go']) pins.update(readFileSync(join(member, 'openfeature', source)));
  return join(cacheDirectory(variables), 'tools', `openfeature-go-${pins.digest('hex').slice(0, 12)}`);
};

/**
 * @param member the folder `packages/tools`
 * @throws {ToolMissingError} when it was not made on this machine
 */
export const findClient = (member: string, language: ClientLanguage, variables: Variables): ClientProgram => {
  if (language === 'python') {
    const python = pythonProgram(member, { tool: 'openfeature', program: 'python', variables });
    return { program: python, args: ['-B', join(member, 'openfeature', 'client.py')] };
  }
  const program = join(goClient(member, variables), 'client');
  if (existsSync(program)) return { program, args: [] };
  throw new ToolMissingError(
    "OpenFeature's clients for Go are not installed on this machine",
    `Run "npm test" once, or "pnpm --filter @flaghoist/tools tools", which installs them. ${GO_HINT}`,
  );
};

/**
 * Fetches the clients of a language from its registry, at pinned versions, once per machine.
 * @throws {ToolMissingError} with the words of the language's own tools when they cannot be had
 */
export const installClient = async (
  member: string,
  language: ClientLanguage,
  { variables, print }: { readonly variables: Variables; readonly print: (line: string) => void },
): Promise<void> => {
  if (language === 'python') return installPythonTool(member, { tool: 'openfeature', variables, print });
  const target = goClient(member, variables);
  const works = (): boolean => existsSync(join(target, 'client'));
  if (works()) return;
  print("Installing OpenFeature's clients for Go (once per machine and version) …");
  const fill = async (directory: string): Promise<void> => {
    const args = ['build', '-trimpath', '-mod=readonly', '-o', join(directory, 'client')];
    const run = { directory: join(member, 'openfeature'), variables };
    const { exitCode, stderr } = await runProgram('go', args, run).catch((cause) => {
      throw new ToolMissingError('There is no go on this machine', GO_HINT, cause);
    });
    if (exitCode !== 0) throw new ToolMissingError(`Clients for Go could not be built:\n${stderr.trim()}`, GO_HINT);
  };
  await installOnce(target, fill, works);
};
