/** What JSON calls an object, before a schema has looked at its members. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member that the object itself has: `constructor` is not found on `{}`. */
export const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** The same for a value of any kind: what is not an object has no members. */
export const memberOf = (value: unknown, key: string): unknown => (isObject(value) ? own(value, key) : undefined);

/** Only an exponent of three digits leads to what is too small for a double. */
const maybeTiny = /\de-\d{3}/i;

/**
 * What a text says in JSON. A number that is too small for a double becomes the smallest one instead of 0: flagd and every client
 * would read 0, and only what is not 0 can be refused.
 *
 * @throws SyntaxError
 */
export const parseJsonText = (text: string): unknown =>
  maybeTiny.test(text) ? JSON.parse(text, withoutUnderflow) : JSON.parse(text);

const withoutUnderflow = (
  _key: string,
  value: unknown,
  ...[context]: readonly { readonly source?: string }[]
): unknown => (value === 0 && /[1-9].*e/i.test(context?.source ?? '') ? Number.MIN_VALUE : value);
