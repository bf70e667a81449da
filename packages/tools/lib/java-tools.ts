import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ToolMissingError } from './errors.ts';
import { type ProgramRun, runProgram, type Variables } from './run-program.ts';

const HINT =
  'Install a JDK of at least 17 and Maven onto the PATH (openjdk-17-jdk-headless and maven in Debian) and let Maven reach its repository.';
const OLDEST = 17;

/**
 * The machine's Java.
 * @param what needs it, for people
 * @throws {ToolMissingError} when there is none, or one that is too old
 */
export const findJava = (what: string, { PATH, HOME, JAVA_HOME }: Variables): string => {
  const java = JAVA_HOME === undefined ? 'java' : join(JAVA_HOME, 'bin', 'java');
  const { error, stdout, stderr } = spawnSync(java, ['-version'], { env: { PATH, HOME }, encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(`${stdout}${stderr}`)?.[1] ?? 0);
  if (error !== undefined || version < OLDEST) {
    const found = error === undefined ? `${java} is version ${version}` : `there is no ${java}`;
    throw new ToolMissingError(`${what} needs Java ${OLDEST} or newer: ${found}`, HINT);
  }
  return java;
};

/**
 * Runs one of the programs of a JDK, or Maven.
 * @throws {ToolMissingError} with its own words when it fails
 */
export const runJavaTool = async (
  what: string,
  program: string,
  args: readonly string[],
  run: ProgramRun,
): Promise<void> => {
  const { exitCode, stdout, stderr } = await runProgram(program, args, run).catch((cause) => {
    throw new ToolMissingError(`There is no ${program} on this machine`, HINT, cause);
  });
  if (exitCode !== 0) throw new ToolMissingError(`${what} could not be installed:\n${stdout}${stderr}`.trim(), HINT);
};

/**
 * Fetches what a pom names into a folder, with Maven.
 * @throws {ToolMissingError} with Maven's own words when it cannot be had
 */
export const fetchArchives = (
  what: string,
  { pom, directory, variables }: { readonly pom: string; readonly directory: string; readonly variables: Variables },
): Promise<void> => {
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${directory}`];
  return runJavaTool(what, 'mvn', args, { directory, variables });
};
