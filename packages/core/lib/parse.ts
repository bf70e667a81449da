import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { InvalidInputError } from './errors.ts';
import { firstNames } from './first-names.ts';
import { isObject, parseJsonText } from './json.ts';

// zod/mini ships without messages; without this line every error reads "Invalid input".
z.config(en());

/** What an error about it says. */
interface OutsideData {
  /** What is being read, as the reader of the error knows it: "proposal", "topology.json". */
  what: string;
  hint: string;
}

/** Members that are named of a schema that a value has nothing of. */
const NAMED = 6;
/** Of its own as many, so that a misspelt one shows. */
const FOUND = 3;
const LONGEST = 40;

const quoted = (name: string): string => JSON.stringify(name.length <= LONGEST ? name : `${name.slice(0, LONGEST)}…`);

/** The member of a file's root by which an editor finds a schema: it says nothing of what the file is. */
const EDITORS = '$schema';

/**
 * Of what is something else altogether, the places where it does not fit say nothing.
 *
 * @returns that it is no object, or what it has instead of the members that it must have; nothing for what is only wrong in places
 */
export const otherThan = (schema: z.core.$ZodType, value: unknown): string | undefined => {
  const { def } = schema._zod as z.core.$ZodTypes['_zod'];
  if (def.type === 'pipe') return otherThan(def.in, value);
  if (def.type !== 'object') return undefined;
  const members = Object.entries(def.shape).filter(([name]) => name !== EDITORS);
  const needed = members.filter(([, { _zod }]) => _zod.optin === undefined);
  const names = (needed.length > 0 ? needed : members).map(([name]) => name);
  if (isObject(value) && names.some((name) => Object.hasOwn(value, name))) return undefined;
  const wanted = firstNames(names, NAMED);
  return isObject(value)
    ? `it has ${firstNames(Object.keys(value).map(quoted), FOUND) || 'no member'}, and none of ${wanted}`
    : `it is ${Array.isArray(value) ? 'a list' : typeof value === 'string' ? quoted(value) : String(value)}; expected an object with the members ${wanted}`;
};

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

/** A whole document: of one that is something else altogether that is said, once. */
const parseDocument = <T extends z.ZodMiniType>(schema: T, value: unknown, subject: OutsideData): z.output<T> => {
  const other = otherThan(schema, value);
  if (other === undefined || z.safeParse(schema, value).success) return parse(schema, value, subject);
  throw new InvalidInputError(subject.what, [`/: ${other}`], subject.hint);
};

/**
 * Parses JSON text and checks it against a schema.
 *
 * @throws InvalidInputError for text that is not JSON, or is something else altogether; else naming every place that does not fit
 */
export const parseJson = <T extends z.ZodMiniType>(schema: T, text: string, subject: OutsideData): z.output<T> =>
  parseDocument(schema, readJson(text, subject), subject);

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
  parseDocument(schema, raw, subject);
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
      // It quotes the text, with its lines.
      [`not JSON: ${(error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ')}`],
      hint,
      error,
    );
  }
};
