import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import type { PlannedEnvironment } from '@flaghoist/parity/compare-environments';
import { backendOf, comparedIn, planEnvironments } from '@flaghoist/parity/plan-environments';
import { LOCK_FILE } from '@flaghoist/terraform/provider-lock';
import { openTerraform } from '@flaghoist/terraform/terraform';
import type { CommandContext } from '../command.ts';
import { readInput } from '../read-input.ts';

export interface PlannedStack {
  readonly stack: string;
  readonly sources: string;
  readonly environments: readonly Environment[];
}

/**
 * Plans the stack in every environment.
 *
 * @returns `undefined` after Ctrl-C
 */
export const plan = async (
  { stack, sources, environments }: PlannedStack,
  { output, signal, variables }: CommandContext,
): Promise<readonly PlannedEnvironment[] | undefined> => {
  const workDirectory = mkdtempSync(join(tmpdir(), 'flaghoist-parity-'));
  try {
    return await planEnvironments({
      terraform: await openTerraform(variables, signal),
      sources,
      stack,
      environments,
      workDirectory,
      onProgress: (line) => output.progress(line),
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
};

const HOW_PLANS_ARE_MADE =
  "One file <workspace>.json per environment of fleet/environments.json must be there: pnpm exec terraform-member plan, in the stack's folder, writes them to dist/plan. A stack with a state for each region has one of home, of its standby and of another region.";

/** Plans that were made before. */
export const readPlans = (
  { stack, sources, environments }: PlannedStack,
  folder: string,
): readonly PlannedEnvironment[] => {
  const lockText = readInput(join(sources, 'stacks', stack, LOCK_FILE));
  return comparedIn({ sources, stack, environments }).map(({ name, environment, workspace }) => ({
    environment,
    workspace,
    lockText,
    backendText: backendOf(join(sources, 'stacks', stack), environment),
    planText: readInput(join(folder, `${name}.json`), HOW_PLANS_ARE_MADE),
  }));
};
