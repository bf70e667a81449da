import { FlaghoistError } from '@flaghoist/core/errors';

/** The command line asks for what there is not; nothing was done. */
export class WrongUseError extends FlaghoistError {
  readonly code = 'FH_USAGE';

  constructor(message: string, hint: string) {
    super(message, { hint, retryable: false });
  }
}

/** @param option what is wrong of the command line, such as `--at` */
export const wrongOption = (option: string, problem: string, hint: string): WrongUseError =>
  new WrongUseError(`${option} is not valid: ${problem}`, hint);
