import { hash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOnly } from '@flaghoist/drift/read-only';
import { askApplied, inWorkspace, type LookOptions } from '@flaghoist/drift/take-plan';
import { bothPlans } from '@flaghoist/drift/take-plans';
import { readPlan, withArguments } from '@flaghoist/plan-reading/plan';
import { dynamicBlocksIn } from '@flaghoist/terraform/dynamic-blocks';
import { TerraformFailedError } from '@flaghoist/terraform/errors';
import type { Terraform } from '@flaghoist/terraform/terraform';
import { markOf } from '@flaghoist/waves/state-mark';
import { parseDependencies } from './brought-along.ts';
import { RemediationLockedError, RemediationOutdatedError, RemediationRefusedError } from './errors.ts';
import { outsideOf, parseOutside } from './outside.ts';
import type { RemediationWork } from './ports.ts';
import { recordedAgain } from './recorded-again.ts';
import { NOT_SHOWN, OUTSIDE_FILE, PLAN_FILE, STATE_FILE } from './saved-files.ts';

export interface TerraformWorkOptions {
  readonly terraform: Terraform;
  /** How the environment is looked at, by the role that deploys. */
  readonly look: Omit<LookOptions, 'terraform' | 'asDeployer'>;
  /** Where the saved plan is kept. */
  readonly folder: string;
}

/** What Terraform says of a saved plan before it does anything of it. */
const LEFT_BEHIND = /Saved plan is stale|Saved plan does not match the given state/;

/** Who holds a lock, in the words of Terraform's own message. */
const holderIn = (output: string): string =>
  ['ID', 'Operation', 'Who', 'Created']
    .flatMap((name) => {
      const value = new RegExp(`\\b${name}:\\s+(\\S.*)`).exec(output)?.[1];
      return value === undefined ? [] : [`${name} ${value.trim()}`];
    })
    .join(', ');

/** Plans and applies with real Terraform. The lock of the state is asked for, never waited for, and never taken away. */
export const createTerraformWork = ({ terraform, look, folder }: TerraformWorkOptions): RemediationWork => {
  const [file, outside, pushed] = [join(folder, PLAN_FILE), join(folder, OUTSIDE_FILE), join(folder, STATE_FILE)];
  const options: LookOptions = { ...look, terraform, asDeployer: true };
  let asked: Promise<LookOptions> | undefined;
  const applied = (): Promise<LookOptions> => {
    asked ??= askApplied(readOnly(terraform), options).then(({ all }) => all);
    return asked;
  };

  /** @throws {RemediationLockedError, RemediationOutdatedError, TerraformFailedError} */
  const underLock = async (
    args: readonly string[],
    all: LookOptions,
    onOutput: (text: string) => void = () => {},
  ): Promise<void> => {
    const { exitCode, stdout, stderr } = await terraform.run(args, { ...inWorkspace(all), onOutput });
    if (exitCode === 0) return;
    const output = stderr.trim() === '' ? stdout : stderr;
    if (output.includes('Error acquiring the state lock')) {
      throw new RemediationLockedError(`the state of ${all.root}, workspace ${all.workspace},`, holderIn(output));
    }
    if (LEFT_BEHIND.test(output)) {
      throw new RemediationOutdatedError('somebody has written the state since the plan was made');
    }
    throw new TerraformFailedError(args, { exitCode, output });
  };

  const pull = async (): Promise<string> => {
    const all = await applied();
    return terraform.expect(['state', 'pull'], inWorkspace(all));
  };

  const saved = (): string | undefined =>
    existsSync(file) && existsSync(outside) ? digestOf(file, outside) : undefined;

  return {
    look: async () => bothPlans(readOnly(terraform), await applied()),

    async mark() {
      const all = await applied();
      const { lineage, serial } = markOf(await pull(), `${all.root}, workspace ${all.workspace}`);
      if (lineage !== null && serial !== null) return { lineage, serial };
      throw new RemediationRefusedError(
        [`there is no state of ${all.root}, workspace ${all.workspace}`],
        'What was never applied cannot drift.',
      );
    },

    async dependencies() {
      const all = await applied();
      all.onProgress('Asking what depends on what …');
      return parseDependencies(await terraform.expect(['graph'], inWorkspace(all)));
    },

    async plan(addresses) {
      const all = await applied();
      all.onProgress(`Planning ${addresses.length} of them, and reading what these depend on …`);
      // Terraform keeps the mode of a file that is there: a plan holds what resources hold.
      writeFileSync(file, '', { mode: 0o600 });
      await underLock(
        [
          'plan',
          '-no-color',
          '-input=false',
          ...all.varFiles.map((each) => `-var-file=${each}`),
          ...all.vars.map((each) => `-var=${each}`),
          ...addresses.map((address) => `-target=${address}`),
          `-out=${file}`,
        ],
        all,
        countRead((count) => all.onProgress(`${count} resources read …`)),
      );
      all.onProgress('Looking at what was planned …');
      const text = await terraform.expect(['show', '-json', '-no-color', file], inWorkspace(all));
      writeFileSync(outside, `${JSON.stringify(outsideOf(await pull(), text), null, 2)}\n`, { mode: 0o600 });
      const plan = withArguments(readPlan(text, 'the plan of what is to be mended'), await dynamicBlocksIn(file));
      return { plan, sha256: digestOf(file, outside) };
    },

    saved,

    async apply(sha256) {
      const all = await applied();
      all.onProgress('Applying the plan …');
      // Looked at here once more: between the approval and this the state is asked for, and what begins is stored.
      if (saved() !== sha256) throw new RemediationOutdatedError(NOT_SHOWN);
      await underLock(['apply', '-no-color', '-input=false', file], all);
    },

    async recordAgain() {
      if (!existsSync(outside)) return;
      const again = recordedAgain(await pull(), parseOutside(readFileSync(outside, 'utf8')));
      if (again === undefined) return;
      const all = await applied();
      all.onProgress('Recording what is left to people as it was …');
      writeFileSync(pushed, again, { mode: 0o600 });
      try {
        // Refused by Terraform where somebody has applied since the pull.
        await underLock(['state', 'push', '-no-color', pushed], all);
      } finally {
        rmSync(pushed, { force: true });
      }
    },
  };
};

const PROGRESS_STEP = 10;

/** Counts, for people who wait, the lines in which Terraform says that it has read something. */
const countRead = (say: (count: number) => void): ((text: string) => void) => {
  let count = 0;
  return (text) => {
    const before = count;
    count += text.match(/: (?:Refreshing state\.\.\.|Read complete after )/g)?.length ?? 0;
    if (Math.floor(count / PROGRESS_STEP) > Math.floor(before / PROGRESS_STEP)) say(count);
  };
};

const digestOf = (...paths: readonly string[]): string =>
  hash('sha256', paths.map((path) => hash('sha256', readFileSync(path))).join(' '));
