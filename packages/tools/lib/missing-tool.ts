import type { ToolMissingError } from './errors.ts';
import type { Variables } from './run-program.ts';

/** The one rule about what the tests need and a machine lacks: where CI is set it is a failure; elsewhere it is left out and said. */
export const mayLeaveOut = ({ CI }: Variables): boolean => CI === undefined || CI === '' || CI === 'false';

/** What is left out and why, for people. */
export const leftOut = (what: string, { message, hint }: ToolMissingError): string =>
  `skipped: ${what}. ${message}. ${hint}`;
