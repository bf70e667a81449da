import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeError } from '@flaghoist/core/describe-error';
import { FlaghoistError } from '@flaghoist/core/errors';
import { fleetBeside } from '@flaghoist/fleet/environments';
import { ToolMissingError } from '@flaghoist/tools/errors';
import { leftOut, mayLeaveOut } from '@flaghoist/tools/missing-tool';
import type { Variables } from '@flaghoist/tools/run-program';
import { documented } from './documentation.ts';
import { forgetProviderHashes, LOCK_FILE } from './provider-lock.ts';
import { openTerraform, type Terraform } from './terraform.ts';
import { readTestReport } from './test-report.ts';
import { validateModule } from './validate-module.ts';
import { testWorkspaceOf } from './workspaces.ts';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A stack that has environments refuses the workspace `default`: its tests run in the first environment's, or in that of its home. */
const testWorkspace = (directory: string): Variables => {
  if (!existsSync(join(directory, 'environments'))) return {};
  return { TF_WORKSPACE: testWorkspaceOf(directory, fleetBeside(dirname(dirname(directory)))) };
};

const written = (directory: string, counts: Counts): Counts => {
  mkdirSync(join(directory, '.results'), { recursive: true });
  writeFileSync(join(directory, '.results', 'counts.json'), `${JSON.stringify(counts)}\n`);
  return counts;
};

/**
 * Formatting, documentation, `init` without a backend, `validate` and `test` of one module or stack. Goes on after a
 * failure where the next step can, so that one run tells everything.
 * @param directory the member's folder
 * @param print gets each line for people
 * @returns how many checks and test runs passed; also written to `.results/counts.json`, which the root's test command adds up
 */
export const checkMember = async (
  terraform: Terraform,
  directory: string,
  print: (line: string) => void,
): Promise<Counts> => {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const step = async (name: string, check: () => Promise<unknown>): Promise<boolean> => {
    try {
      await check();
      counts.passed += 1;
      print(`✓ ${name}`);
      return true;
    } catch (error) {
      if (!(error instanceof FlaghoistError)) throw error;
      counts.failed += 1;
      print(`✗ ${name}\n${describeError(error)}`);
      return false;
    }
  };

  await step('formatted', () => terraform.expect(['fmt', '-check', '-diff', '-recursive'], { directory }));
  await step('documented', async () => {
    const { before, after } = await documented(directory);
    if (before !== after) throw new OutdatedTablesError();
  });
  // A stack's lock file is committed; a module has none, because the stack that calls it decides.
  const lock = existsSync(join(directory, LOCK_FILE)) && existsSync(join(directory, 'providers.tf'));
  const init = ['init', '-backend=false', '-no-color', ...(lock ? ['-lockfile=readonly'] : [])];
  if (await step('initialised', () => terraform.expect(init, { directory }))) {
    if (!lock) forgetProviderHashes(directory);
    await step('valid', () => validateModule(terraform, directory));
    const variables = testWorkspace(directory);
    const { stdout, stderr, exitCode } = await terraform.run(['test', '-json', '-test-directory=test'], {
      directory,
      variables,
    });
    const report = readTestReport(stdout);
    for (const line of report.lines) print(line);
    counts.passed += report.passed;
    counts.failed += report.failed;
    counts.skipped += report.skipped;
    // What it had told before it was killed, or could not clean up, would look like a success.
    if (exitCode !== 0 && report.failed === 0) {
      counts.failed += 1;
      print(`✗ terraform test ended with ${exitCode}, although no run failed\n${stderr.trim()}`);
    }
    if (exitCode === 0 && report.passed + report.failed === 0) {
      counts.failed += 1;
      print('✗ no test ran: every member needs test/*.tftest.hcl');
    }
  }
  return written(directory, counts);
};

/**
 * `checkMember` with the machine's Terraform. Without one the member is one failure where CI is set, else one skip, and the
 * reason is printed.
 */
export const checkWithTerraform = async (
  variables: Variables,
  directory: string,
  print: (line: string) => void,
): Promise<Counts> => {
  try {
    return await checkMember(await openTerraform(variables), directory, print);
  } catch (error) {
    if (!(error instanceof ToolMissingError)) throw error;
    const skips = mayLeaveOut(variables);
    print(skips ? leftOut(basename(directory), error) : `✗ ${describeError(error)}`);
    return written(directory, { passed: 0, failed: skips ? 0 : 1, skipped: skips ? 1 : 0 });
  }
};

class OutdatedTablesError extends FlaghoistError {
  readonly code = 'FH_TABLES_OUTDATED';

  constructor() {
    super('The tables in README.md are not those of the sources', {
      hint: 'Run "terraform-member document" in the member and commit README.md.',
      retryable: false,
    });
  }
}
