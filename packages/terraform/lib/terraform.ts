import { findTerraform } from '@flaghoist/tools/find-terraform';
import { type ProgramResult, type ProgramRun, runProgram, type Variables } from '@flaghoist/tools/run-program';
import { writeCliConfiguration } from './cli-configuration.ts';
import { TerraformFailedError } from './errors.ts';

/** What variables of the caller's environment Terraform may see. Credentials and TF_… of a shell never leak into a plan. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE'];

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

/**
 * The machine's Terraform, with providers from a mirror or the registry, without prompts, colours or calls home.
 * @param variables the process's environment
 * @param signal interrupts every run that has no signal of its own
 * @throws {ToolMissingError} when there is none, or one older than 1.10
 */
export const openTerraform = async (variables: Variables, signal?: AbortSignal): Promise<Terraform> => {
  const { program, version } = findTerraform(variables);
  const base: Variables = {
    ...Object.fromEntries(PASSED_ON.map((name) => [name, variables[name]])),
    TF_CLI_CONFIG_FILE: writeCliConfiguration(variables),
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    // A third less processor time, most of which the provider spends on its schema, for 200 MB more.
    GOGC: '400',
  };

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
