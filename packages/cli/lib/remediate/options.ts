import type { TargetOptions } from '../drift/target.ts';
import { WrongUseError, wrongOption } from '../wrong-use.ts';

export interface RemediateOptions extends Omit<TargetOptions, 'tag' | 'region'> {
  readonly plan: boolean;
  readonly apply: boolean;
  readonly approve?: string;
  readonly approvals?: string;
  readonly keep?: string;
  readonly outcome?: string;
  readonly plans?: string;
  readonly store?: string;
  readonly deployment?: string;
  readonly at?: string;
}

/** @throws {WrongUseError} for options that do not go together */
export const refuseMisfit = (options: RemediateOptions): void => {
  if (options.plan === options.apply) {
    throw new WrongUseError('either --plan or --apply', 'Give one of them: --plan shows what --apply would do.');
  }
  for (const name of ['approve', 'approvals'] as const) {
    if (options[name] === undefined || options.apply) continue;
    throw wrongOption(`--${name}`, 'it goes with --apply', 'Read the plan, then run --apply with it.');
  }
  if (options.approve !== undefined && options.approvals !== undefined) {
    throw wrongOption(
      '--approvals',
      'it does not go with --approve',
      'Give one of them: who applies it approves, or others have.',
    );
  }
  if (options.keep !== undefined && !options.plan) {
    throw wrongOption('--keep', 'it goes with --plan', 'An apply takes the plan that is there.');
  }
  if (options.keep !== undefined && !/^[0-9a-f]{64}$/.test(options.keep)) {
    throw wrongOption(
      '--keep',
      'it is no digest of a plan',
      'Give all 64 digits, as the report of that plan has them.',
    );
  }
};
