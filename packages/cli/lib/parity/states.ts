import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlaghoistError } from '@flaghoist/core/errors';
import { takeState } from '@flaghoist/drift/take-state';
import type { AppliedEnvironment } from '@flaghoist/parity/compare-states';
import { comparedIn } from '@flaghoist/parity/plan-environments';
import { inEach } from '@flaghoist/terraform/in-each';
import { LOCK_FILE } from '@flaghoist/terraform/provider-lock';
import { asTyped, openTerraform } from '@flaghoist/terraform/terraform';
import type { CommandContext } from '../command.ts';
import { findTarget } from '../drift/target.ts';
import { readInput } from '../read-input.ts';
import type { PlannedStack } from './plans.ts';

/** What is applied in at least one environment could not be read; the others prove nothing without it. */
class StateUnreadError extends FlaghoistError {
  readonly code = 'FH_STATE_UNREAD';
}

/** A run mostly waits for AWS. */
const AT_ONCE = 3;

const HOW_STATES_ARE_MADE =
  'One file <workspace>.json for each environment of fleet/environments.json must be there; hoist parity --help says how it is made.';

const lockOf = ({ sources, stack }: PlannedStack): string => readInput(join(sources, 'stacks', stack, LOCK_FILE));

/** What is applied, as it was read before. */
export const readStates = (what: PlannedStack, folder: string): readonly AppliedEnvironment[] => {
  const lockText = lockOf(what);
  return comparedIn(what).map(({ name, environment, workspace }) => ({
    environment,
    workspace,
    lockText,
    stateText: readInput(join(folder, `${name}.json`), HOW_STATES_ARE_MADE),
  }));
};

/**
 * Reads what is applied in every environment, as `hoist drift` does: with the backend and the role that it finds, without a lock.
 *
 * @returns `undefined` after Ctrl-C
 * @throws {StateUnreadError} with what Terraform said of each that failed
 */
export const takeStates = async (
  what: PlannedStack,
  { output, signal, variables }: CommandContext,
): Promise<readonly AppliedEnvironment[] | undefined> => {
  const lockText = lockOf(what);
  const workDirectory = mkdtempSync(join(tmpdir(), 'flaghoist-states-'));
  try {
    const terraform = await openTerraform(variables, signal);
    const { results, failures } = await inEach(comparedIn(what), {
      atOnce: AT_ONCE,
      run: async ({ name, environment, workspace }) => {
        const own = join(workDirectory, name);
        mkdirSync(own);
        const target = await findTarget(environment.name, {
          ...what,
          varFile: [],
          var: [],
          backendConfig: [],
          tag: [],
          region: [],
          workspace: name,
        });
        const stateText = await takeState({
          ...target,
          terraform,
          vars: [],
          variables: asTyped(variables),
          workDirectory: own,
          onProgress: (line) => output.progress(`${name}: ${line}`),
          signal,
        });
        return { environment, workspace, lockText, stateText };
      },
    });
    if (signal.aborted) return undefined;
    if (failures.length === 0) return results;
    throw new StateUnreadError(`what is applied in these environments cannot be read:\n${failures.join('\n')}`, {
      hint: 'hoist drift reads the same with the same role, and says more: make it complete for each of them first.',
      retryable: false,
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
};
