import { findTerraform } from '@flaghoist/tools/find-terraform';
import { type ProgramResult, type ProgramRun, runProgram, type Variables } from '@flaghoist/tools/run-program';
import { cliConfigurationFile } from './cli-configuration.ts';
import { TerraformFailedError } from './errors.ts';

/**
 * What Terraform may see of the caller's environment in every run: how to reach the network, registries and their credentials.
 * Credentials of clouds and values of inputs are no part of it, because a plan that is compared must not depend on a shell.
 */
const PASSED_ON =
  /^(PATH|HOME|USERPROFILE|APPDATA|SYSTEMROOT|TMPDIR|TEMP|TMP|LANG|LC_ALL|NETRC|SSL_CERT_(FILE|DIR)|SSH_\w+|GIT_\w+|TF_TOKEN_\w+|TF_PLUGIN_\w+|TF_REGISTRY_\w+|(HTTPS?|ALL|NO)_PROXY)$/i;

/** What would change the commands of a caller of `openTerraform`, or is decided by it. */
const DECIDED_HERE =
  /^(TF_(CLI_ARGS\w*|CLI_CONFIG_FILE|WORKSPACE|DATA_DIR|INPUT|IN_AUTOMATION|LOG\w*|REATTACH_PROVIDERS)|GOGC|CHECKPOINT_DISABLE)$/;

/** The caller's whole environment as Terraform would see it at the caller's prompt, but for what would change a command. */
export const asTyped = (variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !DECIDED_HERE.test(name)));

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
    ...Object.fromEntries(Object.entries(variables).filter(([name]) => PASSED_ON.test(name))),
    TF_CLI_CONFIG_FILE: cliConfigurationFile(variables),
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
