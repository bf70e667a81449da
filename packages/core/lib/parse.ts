import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { InvalidInputError } from './errors.ts';
import { parseJsonText } from './json.ts';

// zod/mini ships without messages; without this line every error reads "Invalid input".
z.config(en());

/** What an error about it says. */
interface OutsideData {
  /** What is being read, as the reader of the error knows it: "proposal", "topology.json". */
  what: string;
  hint: string;
}

/**
 * Checks a value from outside against a schema.
 *
 * @throws InvalidInputError naming every place that does not fit
 */
export const parse = <T extends z.ZodMiniType>(schema: T, value: unknown, { what, hint }: OutsideData): z.output<T> => {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`);
  throw new InvalidInputError(what, places, hint);
};

/**
 * Parses JSON text and checks it against a schema.
 *
 * @throws InvalidInputError for text that is not JSON, or JSON that does not fit
 */
export const parseJson = <T extends z.ZodMiniType>(schema: T, text: string, subject: OutsideData): z.output<T> =>
  parse(schema, readJson(text, subject), subject);

/**
 * Like `parseJson`, but gives back what stood in the text instead of the schema's copy of it. A copy would lose keys such
 * as `__proto__`, and with them the digest, and the rules would never see what they are there to refuse.
 */
export const parseJsonUntouched = <T extends z.ZodMiniType>(
  schema: T,
  text: string,
  subject: OutsideData,
): z.output<T> => {
  const raw = readJson(text, subject);
  parse(schema, raw, subject);
  return raw as z.output<T>;
};

/** @throws InvalidInputError for an empty text, which a shell leaves behind `>` of a command that fails, and for one that is not JSON */
export const readJson = (text: string, { what, hint }: OutsideData): unknown => {
  if (text.trim() === '') {
    throw new InvalidInputError(what, ['not JSON: it is empty, as a file is whose command has failed'], hint);
  }
  try {
    return parseJsonText(text);
  } catch (error) {
    throw new InvalidInputError(
      what,
      [`not JSON: ${error instanceof Error ? error.message : String(error)}`],
      hint,
      error,
    );
  }
};
