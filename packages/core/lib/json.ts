/** What JSON calls an object, before a schema has looked at its members. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member that the object itself has: `constructor` is not found on `{}`. */
export const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** The same for a value of any kind: what is not an object has no members. */
export const memberOf = (value: unknown, key: string): unknown => (isObject(value) ? own(value, key) : undefined);
