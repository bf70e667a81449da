import { FlaghoistError } from '@flaghoist/core/errors';

/** The command line asks for what there is not; nothing was done. */
export class WrongUseError extends FlaghoistError {
  readonly code = 'FH_USAGE';

  /** @param option what is wrong of the command line, such as `--at` */
  constructor(option: string, problem: string, hint: string) {
    super(`${option} is not valid: ${problem}`, { hint, retryable: false });
  }
}
