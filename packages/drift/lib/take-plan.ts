import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlaghoistError } from '@flaghoist/core/errors';
import { type Plan, readPlan, withArguments } from '@flaghoist/plan-reading/plan';
import { dynamicBlocksIn } from '@flaghoist/terraform/dynamic-blocks';
import { TerraformFailedError } from '@flaghoist/terraform/errors';
import { LOCK_FILE } from '@flaghoist/terraform/provider-lock';
import type { Terraform, TerraformRun } from '@flaghoist/terraform/terraform';
import { type Applied, readApplied } from './applied.ts';
import { type NamedEnvironment, refuseOtherState } from './other-environment.ts';
import { collectPlanEvents, type PlanEvents } from './plan-events.ts';

/** There is no state of this environment: nothing was deployed, or it lies elsewhere. */
class NoWorkspaceError extends FlaghoistError {
  readonly code = 'FH_NO_WORKSPACE';
}

/** The state of this environment has nothing in it. */
class NoStateError extends FlaghoistError {
  readonly code = 'FH_NO_STATE';
}

export interface LookOptions {
  readonly terraform: Terraform;
  /** The root module. */
  readonly root: string;
  readonly workspace: string;
  /** What is read must be of it; left out, whatever is there is read. */
  readonly environment?: NamedEnvironment;
  readonly varFiles: readonly string[];
  /** `name=value` each. */
  readonly vars: readonly string[];
  /** Whether another environment comes before this one, which its inputs are taken over from. */
  readonly hasUpstream: boolean;
  /** Files or `key=value`, as `terraform init -backend-config` takes them. */
  readonly backend: readonly string[];
  /** The caller's own settings: credentials, inputs, proxies. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** A folder of the caller, who removes it: plans hold secrets. */
  readonly workDirectory: string;
  readonly onProgress: (line: string) => void;
  /** Whether who looks is who deploys: the role that only reads does not take that one's place. */
  readonly asDeployer?: boolean;
  readonly signal?: AbortSignal;
}

type PlanName = 'refresh-only' | 'normal';

export interface TakenPlan {
  readonly plan: Plan;
  /** What `terraform show -json` says of it. */
  readonly text: string;
  readonly events: PlanEvents;
  readonly failed: boolean;
}

/** An initialised root is used as it is. Any other root, or another backend, is initialised aside, which leaves the root untouched. */
const isReady = ({ root, backend }: LookOptions): boolean =>
  backend.length === 0 && existsSync(join(root, '.terraform'));

const runOf = (options: LookOptions): TerraformRun => ({
  directory: options.root,
  variables: {
    ...options.variables,
    ...(isReady(options) ? {} : { TF_DATA_DIR: join(options.workDirectory, 'data') }),
  },
  ...(options.signal === undefined ? {} : { signal: options.signal }),
});

/** In the workspace, as it was initialised. */
export const inWorkspace = (options: LookOptions): TerraformRun => {
  const run = runOf(options);
  return { ...run, variables: { ...run.variables, TF_WORKSPACE: options.workspace } };
};

const initialise = async (terraform: Terraform, options: LookOptions): Promise<void> => {
  const { root, backend, onProgress } = options;
  onProgress(`Initialising ${root} …`);
  const lock = existsSync(join(root, LOCK_FILE)) ? ['-lockfile=readonly'] : [];
  // It holds the settings of the backend.
  mkdirSync(join(options.workDirectory, 'data'), { recursive: true, mode: 0o700 });
  const settings = backend.map((each) => `-backend-config=${each}`);
  // The folder of a remediation stays, and what was looked at there before may have had another backend.
  await terraform.expect(['init', '-no-color', '-input=false', '-reconfigure', ...lock, ...settings], runOf(options));
};

const prepare = async (terraform: Terraform, options: LookOptions): Promise<void> => {
  const { root, workspace } = options;
  if (!isReady(options)) await initialise(terraform, options);
  options.onProgress(`Asking ${root}, workspace ${workspace}, with what it was applied …`);
  const listed = await terraform.expect(['workspace', 'list', '-no-color'], runOf(options));
  const workspaces = listed.split('\n').flatMap((line) => line.replace(/^\*?\s+/, '').trim() || []);
  if (workspaces.includes(workspace)) return;
  throw new NoWorkspaceError(`there is no workspace "${workspace}" of ${root}; there are ${workspaces.join(', ')}`, {
    hint: 'Name one of them with --workspace, or the right state with --backend-config. An environment that was never applied cannot drift.',
    retryable: false,
  });
};

/**
 * Initialises what is not, and asks the stack with what it was applied.
 *
 * @throws {NoWorkspaceError} when there is no such workspace; planning one that is not there would create it
 * @throws {OtherEnvironmentError} when the state says that it is another environment's
 */
export const askApplied = async (
  terraform: Terraform,
  options: LookOptions,
): Promise<{ readonly applied: Applied; readonly all: LookOptions }> => {
  await prepare(terraform, options);
  const applied = readApplied(await terraform.expect(['output', '-json', '-no-color'], inWorkspace(options)), options);
  if (options.environment !== undefined) refuseOtherState(applied, options.environment);
  // Of two that set one input the later wins: what the caller says is never overruled.
  const told = options.asDeployer === true ? withoutReader(applied) : applied.vars;
  return { applied, all: { ...options, vars: [...told, ...options.vars] } };
};

/** What a stack says it was applied with, but for the role that reads instead of the one that deploys. */
const withoutReader = ({ vars, roleArn }: Applied): readonly string[] =>
  roleArn === undefined ? vars : vars.filter((each) => !each.endsWith(`=${roleArn}`));

/**
 * Takes one plan, without a lock. What Terraform saves of it is taken away as soon as it is read.
 *
 * @throws {NoStateError} when nothing could be read because there is nothing
 * @throws {TerraformFailedError} when nothing could be read for another reason
 */
export const takePlan = async (
  terraform: Terraform,
  options: LookOptions,
  { name, more }: { readonly name: PlanName; readonly more: readonly string[] },
): Promise<TakenPlan> => {
  const file = join(options.workDirectory, fileOf(name));
  // Terraform keeps the mode of a file that is there: a plan holds what resources hold.
  writeFileSync(file, '', { mode: 0o600 });
  try {
    return await planInto(file, terraform, options, { name, more });
  } finally {
    rmSync(file, { force: true });
  }
};

const fileOf = (name: PlanName): string => `${name}.tfplan`;

/** What lies in `workDirectory` as long as it is not read, and after a kill. */
export const LOOKED_FILES: readonly string[] = (['refresh-only', 'normal'] as const).map(fileOf);

const planInto = async (
  file: string,
  terraform: Terraform,
  options: LookOptions,
  { name, more }: { readonly name: PlanName; readonly more: readonly string[] },
): Promise<TakenPlan> => {
  const { onProgress } = options;
  const run = inWorkspace(options);
  let count = 0;
  const events = collectPlanEvents(() => {
    count += 1;
    if (count % PROGRESS_STEP === 0) onProgress(`${name} plan: ${count} resources read …`);
  });
  onProgress(`Taking the ${name} plan …`);
  const args = [
    'plan',
    '-json',
    '-input=false',
    '-lock=false',
    ...more,
    `-out=${file}`,
    ...options.varFiles.map((each) => `-var-file=${each}`),
    ...options.vars.map((each) => `-var=${each}`),
  ];
  const { exitCode } = await terraform.run(args, { ...run, onOutput: events.push });
  const collected = events.end();
  onProgress(`${name} plan: ${count} resources read${exitCode === 0 ? '' : ', and it failed'}`);
  // A plan that failed half-way is saved as well, and shows what could be read. Where that is nothing (wrong credentials, a
  // missing variable), the errors are the whole result.
  if (statSync(file).size === 0 || (exitCode !== 0 && collected.read.size === 0)) {
    await refuseEmpty(terraform, options);
    throw new TerraformFailedError(args, {
      exitCode,
      output: [...new Set(collected.errors.map(({ text }) => text))].join('\n'),
    });
  }
  onProgress(`Reading what the ${name} plan says …`);
  const text = await terraform.expect(['show', '-json', '-no-color', file], run);
  const plan = withArguments(readPlan(text, `the ${name} plan`), await dynamicBlocksIn(file));
  return { plan, text, events: collected, failed: exitCode !== 0 || plan.errored };
};

/** Of an empty state every plan fails with as many errors as outputs are missing; that it is empty is the one to tell. */
const refuseEmpty = async (terraform: Terraform, options: LookOptions): Promise<void> => {
  const { exitCode, stdout } = await terraform.run(['state', 'list'], inWorkspace(options));
  if (exitCode !== 0 || stdout.trim() !== '') return;
  throw new NoStateError(`the state of the workspace "${options.workspace}" of ${options.root} is empty`, {
    hint: 'An environment that was never applied, or was destroyed, cannot drift. Apply it, or name the right state with --workspace or --backend-config.',
    retryable: false,
  });
};

const PROGRESS_STEP = 50;
