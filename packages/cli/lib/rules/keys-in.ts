import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject, own } from '@flaghoist/core/json';

/**
 * The keys of the flags of a flagd file.
 *
 * @throws InvalidInputError for what is no JSON, and for JSON without flags
 */
export const keysIn = (name: string, text: string): readonly string[] => {
  const flags = flagsIn(text);
  if (isObject(flags)) return Object.keys(flags);
  throw new InvalidInputError(name, ['it is no JSON with flags'], 'Name a flagd file in JSON, such as an export.');
};

const flagsIn = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? own(value, 'flags') : undefined;
  } catch {
    return undefined;
  }
};
