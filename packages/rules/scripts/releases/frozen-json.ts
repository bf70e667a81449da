import { isDeepStrictEqual } from 'node:util';

/** Texts from this length on are looked at: examples of size limits repeat a few characters a hundred thousand times. */
const LONG = 200;
const MAX_UNIT = 16;

const repetition = (text: string): { readonly $repeat: string; readonly times: number } | undefined => {
  for (let length = 1; length <= MAX_UNIT; length += 1) {
    const unit = text.slice(0, length);
    const times = text.length / length;
    if (Number.isInteger(times) && text === unit.repeat(times)) return { $repeat: unit, times };
  }
  return undefined;
};

const encoded = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length < LONG ? value : (repetition(value) ?? value);
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== 'object' || value === null) return value;
  // `fromEntries` defines members, so that a name such as `__proto__` stays one.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encoded(member)]));
};

/** The value that was given to `toFrozen`. */
export const fromFrozen = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fromFrozen);
  if (typeof value !== 'object' || value === null) return value;
  if ('$repeat' in value && 'times' in value) return String(value.$repeat).repeat(Number(value.times));
  if ('$number' in value) return Number(value.$number);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromFrozen(member)]));
};

/**
 * A value in a form that a JSON file can carry whole: no infinite number, and no long text that only repeats itself.
 *
 * @throws TypeError when a value does not come back from JSON as it was
 */
export const toFrozen = (value: unknown): unknown => {
  const frozen = encoded(value);
  const back = fromFrozen(JSON.parse(JSON.stringify(frozen)));
  if (!isDeepStrictEqual(back, value)) {
    throw new TypeError(
      'An example cannot be frozen: JSON does not give it back as it is. Choose another value for it.',
    );
  }
  return frozen;
};
