import { FlaghoistError } from './errors.ts';
import { visibleInLines } from './visible-text.ts';

export interface ErrorDescription {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What a program says of an error. An error of another kind than ours is a defect, so its stack is shown too. */
export const errorDescription = (error: unknown): ErrorDescription => {
  if (error instanceof FlaghoistError) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'FH_INTERNAL', message, hint: 'This is a defect of ours. Please report it with the lines above.' };
};

interface Shown {
  readonly mark?: (word: string) => string;
  readonly typed?: (hint: string) => string;
}

const asItIs = (text: string): string => text;

/**
 * An error for people, as every program of the repository prints it: `error FH_…: message`, and on a line below what to do.
 * It may quote a file, so nothing in it acts on a terminal; tabs and lines stay.
 *
 * @param mark paints the word `error`
 * @param typed gives the hint with the commands that it names as they are typed where it is read
 */
export const describeError = (error: unknown, { mark = asItIs, typed = asItIs }: Shown = {}): string => {
  const { code, message, hint } = errorDescription(error);
  const shown = message
    .split('\t')
    .map((part) => visibleInLines(part))
    .join('\t');
  return `${mark('error')} ${code}: ${shown}\nhint: ${typed(hint)}`;
};
