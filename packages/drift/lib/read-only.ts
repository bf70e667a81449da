import { FlaghoistError } from '@flaghoist/core/errors';
import type { Terraform } from '@flaghoist/terraform/terraform';

/** A defect of ours: drift only looks. */
class WouldWriteError extends FlaghoistError {
  readonly code = 'FH_WOULD_WRITE';

  constructor(args: readonly string[]) {
    super(`terraform ${args.join(' ')} is not among what drift may run`, {
      hint: 'Drift detection never writes to an account or a state. Report this as a defect.',
      retryable: false,
    });
  }
}

const PLAN_OPTIONS = /^-(?:no-color|json|input=false|lock=false|refresh-only|out=.+|var=.+|var-file=.+)$/s;
const INIT_OPTIONS = /^-(?:no-color|input=false|lockfile=readonly|reconfigure|backend-config=.+)$/s;

const looks = ([command, ...options]: readonly string[]): boolean => {
  switch (command) {
    case 'init':
      return options.every((option) => INIT_OPTIONS.test(option));
    case 'workspace':
      return options.length === 2 && options[0] === 'list' && options[1] === '-no-color';
    case 'plan':
      // Without a lock: taking one writes to the state's table and bucket.
      return options.includes('-lock=false') && options.every((option) => PLAN_OPTIONS.test(option));
    case 'output':
      return options.length === 2 && options[0] === '-json' && options[1] === '-no-color';
    case 'state':
      return options.length === 1 && options[0] === 'list';
    case 'show':
      return options.length === 3 && options[0] === '-json' && options[1] === '-no-color';
    default:
      return false;
  }
};

/** A Terraform that runs nothing but what only looks. */
export const readOnly = (terraform: Terraform): Terraform => {
  const checked = (args: readonly string[]): readonly string[] => {
    if (!looks(args)) throw new WouldWriteError(args);
    return args;
  };
  return {
    version: terraform.version,
    run: async (args, run) => terraform.run(checked(args), run),
    expect: async (args, run, accept) => terraform.expect(checked(args), run, accept),
  };
};
