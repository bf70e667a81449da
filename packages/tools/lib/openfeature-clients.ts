import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDirectory } from './cache-directory.ts';
import { ToolMissingError } from './errors.ts';
import { installOnce } from './install-once.ts';
import { fetchArchives, findJava, runJavaTool } from './java-tools.ts';
import { installPythonTool, pythonProgram } from './python-tools.ts';
import { runProgram, type Variables } from './run-program.ts';

/** An application with OpenFeature's official clients; its sources are in `openfeature`, JavaScript's beside the tests of the agent. */
export interface ClientProgram {
  readonly program: string;
  readonly args: readonly string[];
}

export const clientLanguages = ['python', 'go', 'java'] as const;
export type ClientLanguage = (typeof clientLanguages)[number];

interface Installation {
  readonly variables: Variables;
  readonly print: (line: string) => void;
}

/** Where the sources are, and of the languages whose clients are built what they are built from. */
const SOURCES = 'openfeature';
const JAVA_SOURCE = 'OpenFeatureClient.java';
/** Stands beside the clients in Go, and shares their pins. */
const BENCH = 'bench';
const benchSources = ['load.go', 'main.go', 'pause_linux.go', 'pause_other.go', 'serve.go', 'watch.go'].map((name) =>
  join(BENCH, name),
);
const builtFrom = { go: ['go.mod', 'go.sum', 'main.go', ...benchSources], java: ['pom.xml', JAVA_SOURCE] } as const;
const names = { go: 'Go', java: 'Java' } as const;

const GO_HINT = 'Install Go 1.25 or newer (golang.org/dl) and let it reach a module proxy (go env GOPROXY).';
const FETCH = 'Run "npm test" once, or "pnpm --filter @flaghoist/tools tools", which installs them.';

/** Named after what it is made from, so that another version is another folder. */
const folderOf = (member: string, language: 'go' | 'java', variables: Variables): string => {
  const pins = createHash('sha256');
  for (const source of builtFrom[language]) pins.update(readFileSync(join(member, SOURCES, source)));
  return join(cacheDirectory(variables), 'tools', `openfeature-${language}-${pins.digest('hex').slice(0, 12)}`);
};

const goClient = (folder: string): string => join(folder, 'client');
/** The last that is made of it. */
const javaClient = (folder: string): string => join(folder, JAVA_SOURCE.replace('.java', '.class'));

const missing = (language: 'go' | 'java', more = ''): ToolMissingError =>
  new ToolMissingError(
    `OpenFeature's clients for ${names[language]} are not installed on this machine`,
    `${FETCH} ${more}`.trim(),
  );

/**
 * @param member the folder `packages/tools`
 * @throws {ToolMissingError} when it was not made on this machine
 */
export const findClient = (member: string, language: ClientLanguage, variables: Variables): ClientProgram => {
  if (language === 'python') {
    const python = pythonProgram(member, { tool: 'openfeature', program: 'python', variables });
    return { program: python, args: ['-B', join(member, SOURCES, 'client.py')] };
  }
  const folder = folderOf(member, language, variables);
  if (language === 'java') {
    const java = findJava("OpenFeature's clients for Java", variables);
    if (!existsSync(javaClient(folder))) throw missing(language);
    const classes = ['-cp', [folder, join(folder, '*')].join(delimiter)];
    return { program: java, args: ['-XX:+UseSerialGC', ...classes, JAVA_SOURCE.replace('.java', '')] };
  }
  if (!existsSync(goClient(folder))) throw missing(language, GO_HINT);
  return { program: goClient(folder), args: [] };
};

/**
 * What benches of the agent need beside it: load at a fixed rate, flagd's own core as a server of `flagd.sync.v1`, and clients that
 * only count. How it is called stands in `openfeature/bench/main.go`.
 *
 * @param member the folder `packages/tools`
 * @throws {ToolMissingError} when it was not made on this machine
 */
export const findBenchProgram = (member: string, variables: Variables): string => {
  const program = join(folderOf(member, 'go', variables), BENCH);
  if (!existsSync(program)) throw missing('go', GO_HINT);
  return program;
};

const buildGo = (member: string, variables: Variables) => async (directory: string) => {
  const run = { directory: join(member, SOURCES), variables };
  const built = { [goClient(directory)]: '.', [join(directory, BENCH)]: `./${BENCH}` };
  for (const [program, source] of Object.entries(built)) {
    const args = ['build', '-trimpath', '-mod=readonly', '-o', program, source];
    const { exitCode, stderr } = await runProgram('go', args, run).catch((cause) => {
      throw new ToolMissingError('There is no go on this machine', GO_HINT, cause);
    });
    if (exitCode !== 0) throw new ToolMissingError(`Clients for Go could not be built:\n${stderr.trim()}`, GO_HINT);
  }
};

const buildJava = (member: string, variables: Variables) => async (directory: string) => {
  const what = "OpenFeature's clients for Java";
  const sources = join(member, SOURCES);
  await fetchArchives(what, { pom: join(sources, 'pom.xml'), directory, variables });
  const args = ['-cp', join(directory, '*'), '-d', directory, join(sources, JAVA_SOURCE)];
  await runJavaTool(what, 'javac', args, { directory, variables });
};

/**
 * Fetches the clients of a language from its registry, at pinned versions, once per machine.
 * @throws {ToolMissingError} with the words of the language's own tools when they cannot be had
 */
export const installClient = async (
  member: string,
  language: ClientLanguage,
  { variables, print }: Installation,
): Promise<void> => {
  if (language === 'python') return installPythonTool(member, { tool: 'openfeature', variables, print });
  if (language === 'java') findJava("OpenFeature's clients for Java", variables);
  const target = folderOf(member, language, variables);
  const works = (): boolean => existsSync(language === 'go' ? goClient(target) : javaClient(target));
  if (works()) return;
  print(`Installing OpenFeature's clients for ${names[language]} (once per machine and version) …`);
  await installOnce(target, (language === 'go' ? buildGo : buildJava)(member, variables), works);
};
