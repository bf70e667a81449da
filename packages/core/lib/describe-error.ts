import { FlaghoistError } from './errors.ts';
import type { LogFields } from './ports/logger.ts';

/** What a log line says of an error: message, and code and hint where there are any. */
export const describeError = (error: unknown): LogFields => {
  if (error instanceof FlaghoistError) return { error: error.message, code: error.code, hint: error.hint };
  return { error: error instanceof Error ? error.message : String(error) };
};
