import { FlaghoistError } from '@flaghoist/core/errors';

/** A program that must be on the machine is not, or is too old. */
export class ToolMissingError extends FlaghoistError {
  readonly code = 'FH_TOOL_MISSING';

  constructor(what: string, hint: string, cause?: unknown) {
    super(what, { hint, retryable: false, cause });
  }
}
