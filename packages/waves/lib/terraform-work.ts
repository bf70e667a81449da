import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPlan } from '@flaghoist/plan-reading/plan';
import { TerraformFailedError } from '@flaghoist/terraform/errors';
import { LOCK_FILE } from '@flaghoist/terraform/provider-lock';
import type { Terraform, TerraformRun } from '@flaghoist/terraform/terraform';
import { contentOf } from './content.ts';
import { PartFailedError, WavesLockedError, WavesOutdatedError } from './errors.ts';
import { type Part, partName, type Stack, workspaceOf } from './part.ts';
import type { PartWork } from './part-work.ts';
import { markOf, NO_STATE, outputIn } from './state-mark.ts';

export interface TerraformWorkOptions {
  readonly terraform: Terraform;
  /** The folder `infra-tf/lib`. */
  readonly sources: string;
  readonly environment: string;
  /** The caller's own settings: credentials, inputs, proxies. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The folder of the saved plans. */
  readonly folder: string;
  /** Interrupts what runs: Terraform ends after the resource that it is at, and releases its lock. */
  readonly signal?: AbortSignal;
  /** Whether a Ctrl-C at the terminal reaches the signal only, and not Terraform by itself. */
  readonly alone?: boolean;
}

/** What holds a lock, in the words of Terraform's own message. */
const holderIn = (output: string): string =>
  ['ID', 'Operation', 'Who', 'Created']
    .flatMap((name) => {
      const value = new RegExp(`\\b${name}:\\s+(\\S.*)`).exec(output)?.[1];
      return value === undefined ? [] : [`${name} ${value.trim()}`];
    })
    .join(', ');

const STEP = /: (?:Creation|Modifications|Destruction) complete after /g;

/** Plans and applies with real Terraform: a stack is initialised once, and each part is one of its workspaces. */
export const createTerraformWork = (options: TerraformWorkOptions): PartWork => {
  const { terraform, sources, environment, variables, folder, signal, alone = false } = options;
  /** By stack, the workspaces that there are. */
  const ready = new Map<Stack, Promise<Set<string>>>();
  const rootOf = (stack: Stack): string => join(sources, 'stacks', stack);
  const fileOf = (stack: Stack, name: string): string | undefined =>
    [join(rootOf(stack), 'environments', `${environment}.${name}`)].find((file) => existsSync(file));

  const runOf = ({ stack }: Part, workspace: string): TerraformRun => ({
    directory: rootOf(stack),
    variables: { ...variables, TF_DATA_DIR: join(folder, 'data', stack), TF_WORKSPACE: workspace },
    alone,
    ...(signal === undefined ? {} : { signal }),
  });

  // In a workspace that does not exist yet, init would ask which of the others is meant.
  const initialise = async (part: Part): Promise<Set<string>> => {
    const lock = existsSync(join(rootOf(part.stack), LOCK_FILE)) ? ['-lockfile=readonly'] : [];
    const backend = fileOf(part.stack, 's3.tfbackend');
    const settings = backend === undefined ? [] : [`-backend-config=${backend}`];
    mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 });
    await terraform.expect(
      ['init', '-no-color', '-input=false', '-reconfigure', ...lock, ...settings],
      runOf(part, 'default'),
    );
    const listed = await terraform.expect(['workspace', 'list', '-no-color'], runOf(part, 'default'));
    return new Set(listed.split('\n').flatMap((line) => line.replace(/^\*?\s+/, '').trim() || []));
  };

  const workspacesOf = (part: Part): Promise<Set<string>> => {
    const begun = ready.get(part.stack) ?? initialise(part);
    ready.set(part.stack, begun);
    return begun;
  };

  /** Terraform makes the empty state of a workspace in which it does anything. */
  const inWorkspace = async (part: Part): Promise<TerraformRun> => {
    const workspace = workspaceOf(environment, part);
    (await workspacesOf(part)).add(workspace);
    return runOf(part, workspace);
  };

  return {
    async regions() {
      const lists = await Promise.all(REGIONAL.map((stack) => workspacesOf({ stack, region: '' })));
      const regions = lists.flatMap((names) => [...names]).flatMap((name) => regionIn(name, environment));
      return [...new Set(regions)].sort();
    },

    async mark(part) {
      if (!(await workspacesOf(part)).has(workspaceOf(environment, part))) return NO_STATE;
      return markOf(await terraform.expect(['state', 'pull'], await inWorkspace(part)), partName(part));
    },

    async output(part, name) {
      if (!(await workspacesOf(part)).has(workspaceOf(environment, part))) return undefined;
      return outputIn(await terraform.expect(['state', 'pull'], await inWorkspace(part)), partName(part), name);
    },

    async plan(part, { task, inputs, targets = [] }) {
      const run = await inWorkspace(part);
      const values = fileOf(part.stack, 'tfvars');
      const file = `${part.stack}.${part.region}.tfplan`;
      const args = [
        'plan',
        '-no-color',
        '-input=false',
        '-lock=false',
        '-detailed-exitcode',
        ...(task === 'destroy' ? ['-destroy'] : []),
        ...(values === undefined ? [] : [`-var-file=${values}`]),
        ...Object.entries(inputs).map(([name, value]) => `-var=${name}=${JSON.stringify(value)}`),
        ...targets.map((address) => `-target=${address}`),
        `-out=${join(folder, file)}`,
      ];
      // Terraform keeps the mode of a file that is there: a plan holds what resources hold.
      writeFileSync(join(folder, file), '', { mode: 0o600 });
      const { exitCode, stdout, stderr } = await terraform.run(args, run);
      if (exitCode !== 0 && exitCode !== CHANGES) {
        throw new TerraformFailedError(args, { exitCode, output: stderr.trim() === '' ? stdout : stderr });
      }
      const saved = { file, sha256: digestOf(join(folder, file)) };
      if (exitCode === 0) return { ...saved, changes: false, content: contentOf({ resource_changes: [] }) };
      const text = await terraform.expect(['show', '-json', '-no-color', join(folder, file)], run);
      return { ...saved, changes: true, content: contentOf(readPlan(text, `the plan of ${partName(part)}`)) };
    },

    async apply(part, { file, sha256 }, onStep) {
      if (!existsSync(join(folder, file)) || digestOf(join(folder, file)) !== sha256) {
        throw new WavesOutdatedError(`${join(folder, file)} is not the plan of ${partName(part)} that was shown`);
      }
      const run = await inWorkspace(part);
      let done = 0;
      const args = ['apply', '-no-color', '-input=false', join(folder, file)];
      const onOutput = (text: string): void => {
        const steps = text.match(STEP)?.length ?? 0;
        done += steps;
        if (steps > 0) onStep(done);
      };
      const { exitCode, stdout, stderr } = await terraform.run(args, { ...run, onOutput });
      if (exitCode === 0) return;
      const output = stderr.trim() === '' ? stdout : stderr;
      if (output.includes('Error acquiring the state lock')) {
        throw new WavesLockedError(
          `the state of ${partName(part)} (workspace ${workspaceOf(environment, part)})`,
          holderIn(output),
        );
      }
      throw new PartFailedError(partName(part), output);
    },
  };
};

const REGIONAL = ['region-foundation', 'flags-region'] as const;

const regionIn = (workspace: string, environment: string): readonly string[] => {
  const region = workspace.startsWith(`${environment}-`) ? workspace.slice(environment.length + 1) : '';
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? [region] : [];
};

const digestOf = (file: string): string => hash('sha256', readFileSync(file), 'hex');

/** Of `plan -detailed-exitcode`. */
const CHANGES = 2;
