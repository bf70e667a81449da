import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlaghoistError } from '@flaghoist/core/errors';
import { type Environment, fleetBeside } from '@flaghoist/fleet/environments';
import { inEach } from '@flaghoist/terraform/in-each';
import { planOffline, prepareOffline } from '@flaghoist/terraform/plan-offline';
import { LOCK_FILE } from '@flaghoist/terraform/provider-lock';
import type { Terraform } from '@flaghoist/terraform/terraform';
import { oneOfEach, type Workspace, workspacesOf } from '@flaghoist/terraform/workspaces';
import type { PlannedEnvironment } from './compare-environments.ts';

/** At least one environment cannot be planned; there is nothing to compare. */
class PlanFailedError extends FlaghoistError {
  readonly code = 'FH_PLAN_FAILED';
}

/** A plan waits for its provider to start, then keeps a core busy. Three on two cores: 53 s for three environments; two: 70 s. */
const AT_ONCE = 3;

/** The settings of an environment's files for `terraform init -backend-config`; `undefined` without one. */
export const backendOf = (stackDirectory: string, { name }: Pick<Environment, 'name'>): string | undefined => {
  const folder = join(stackDirectory, 'environments');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const own = files.filter((each) => each.startsWith(`${name}.`) && each.endsWith('.tfbackend')).sort();
  // Each setting under the name of its file: `s3.encrypt`.
  const texts = own.map((file) => {
    const kind = file.slice(name.length + 1, -'.tfbackend'.length);
    return readFileSync(join(folder, file), 'utf8').replaceAll(/^\s*(?=[\w-]+\s*=)/gm, `${kind}.`);
  });
  return texts.length === 0 ? undefined : texts.join('\n');
};

export interface PlanOptions {
  readonly terraform: Terraform;
  /** The folder `infra-tf/lib`. */
  readonly sources: string;
  readonly stack: string;
  readonly environments: readonly Environment[];
  /** A folder of the caller, who removes it. */
  readonly workDirectory: string;
  readonly onProgress: (line: string) => void;
}

/** The states of a stack that are compared: one of each environment, or home, standby and another region of each. */
export const comparedIn = ({
  sources,
  stack,
  environments,
}: Pick<PlanOptions, 'sources' | 'stack' | 'environments'>): readonly {
  readonly name: string;
  readonly environment: Environment;
  readonly workspace: Workspace;
}[] =>
  environments.flatMap((environment) =>
    oneOfEach(workspacesOf(join(sources, 'stacks', stack), environment, fleetBeside(sources))).map((workspace) => ({
      name: workspace.name,
      environment,
      workspace,
    })),
  );

/**
 * Plans a stack in each environment, three at a time, without a network: of a stack with a state for each region home, standby
 * and another region.
 *
 * @throws {PlanFailedError} with what Terraform said of each that failed
 */
export const planEnvironments = async (options: PlanOptions): Promise<readonly PlannedEnvironment[]> => {
  const { terraform, sources, stack, environments, workDirectory, onProgress } = options;
  onProgress(`Preparing ${stack} …`);
  const prepared = await prepareOffline(terraform, { sources, stack, workDirectory });
  const lockText = readFileSync(join(sources, 'stacks', stack, LOCK_FILE), 'utf8');
  const compared = comparedIn({ sources, stack, environments });
  let begun = 0;
  const { results, failures } = await inEach(compared, {
    atOnce: AT_ONCE,
    run: async ({ environment, workspace }) => {
      begun += 1;
      onProgress(`Planning ${workspace.name}, ${begun} of ${compared.length} …`);
      return {
        environment,
        workspace,
        lockText,
        backendText: backendOf(join(sources, 'stacks', stack), environment),
        planText: await planOffline(terraform, prepared, workspace),
      };
    },
  });
  if (failures.length > 0) {
    throw new PlanFailedError(`these environments cannot be planned:\n${failures.join('\n')}`, {
      hint: "Mend what Terraform's own words above name. Each environment needs an entry in environments.json, and its file below the stack's environments/.",
      retryable: false,
    });
  }
  return results;
};
