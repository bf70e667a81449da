import { writeCliConfiguration } from './cli-configuration.ts';
import { TerraformFailedError, ToolMissingError } from './errors.ts';
import { type ProgramResult, type ProgramRun, runProgram, type Variables } from './run-program.ts';

/** What variables of the caller's environment Terraform may see. Credentials and TF_… of a shell never leak into a plan. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE'];

const OLDEST = [1, 10] as const;

const INSTALL_HINT =
  'Install Terraform 1.11.4 (a single binary, from developer.hashicorp.com/terraform/install) onto the PATH, or name it with FLAGHOIST_TERRAFORM.';

export interface TerraformRun extends Omit<ProgramRun, 'variables'> {
  /** Added to the few that every run gets. */
  readonly variables?: Variables;
}

export interface Terraform {
  readonly version: string;
  /** Runs to the end, whatever the exit code. */
  readonly run: (args: readonly string[], run: TerraformRun) => Promise<ProgramResult>;
  /**
   * Runs to the end and returns standard output.
   * @throws {TerraformFailedError} with Terraform's own message, when the exit code is neither 0 nor among `accept`
   */
  readonly expect: (args: readonly string[], run: TerraformRun, accept?: readonly number[]) => Promise<string>;
}

const isRecent = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
};

const readVersion = async (program: string, directory: string, variables: Variables): Promise<string> => {
  const { stdout } = await runProgram(program, ['version', '-json'], { directory, variables }).catch((cause) => {
    throw new ToolMissingError(`There is no ${program} on this machine`, INSTALL_HINT, cause);
  });
  const version = /"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1];
  if (version === undefined) throw new ToolMissingError(`${program} does not tell its version`, INSTALL_HINT);
  return version;
};

/**
 * The machine's Terraform, with providers from a mirror or the registry, without prompts, colours or calls home.
 * @param variables the process's environment
 * @param signal interrupts every run that has no signal of its own
 * @throws {ToolMissingError} when there is none, or one older than 1.10
 */
export const openTerraform = async (variables: Variables, signal?: AbortSignal): Promise<Terraform> => {
  const program = variables['FLAGHOIST_TERRAFORM'] ?? 'terraform';
  const base: Variables = {
    ...Object.fromEntries(PASSED_ON.map((name) => [name, variables[name]])),
    TF_CLI_CONFIG_FILE: writeCliConfiguration(variables),
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    // A third less processor time, most of which the provider spends on its schema, for 200 MB more.
    GOGC: '400',
  };
  const version = await readVersion(program, variables['TMPDIR'] ?? '/tmp', base);
  if (!isRecent(version)) {
    throw new ToolMissingError(`${program} is version ${version}, older than ${OLDEST.join('.')}`, INSTALL_HINT);
  }

  const run: Terraform['run'] = (args, { variables: own, ...rest }) =>
    runProgram(program, args, { ...(signal && { signal }), ...rest, variables: { ...base, ...own } });
  return {
    version,
    run,
    async expect(args, options, accept = []) {
      const { exitCode, stdout, stderr } = await run(args, options);
      if (exitCode !== 0 && !accept.includes(exitCode)) {
        throw new TerraformFailedError(args, { exitCode, output: stderr.trim() === '' ? stdout : stderr });
      }
      return stdout;
    },
  };
};
