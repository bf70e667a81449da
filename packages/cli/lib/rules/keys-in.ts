import { InvalidInputError } from '@flaghoist/core/errors';
import { isObject, own } from '@flaghoist/core/json';
import { readJsonFile } from '../validate/json-file.ts';

/**
 * The keys of the flags of a flagd file.
 *
 * @throws InvalidInputError for what is no JSON, and for JSON without flags
 */
export const keysIn = (name: string, text: string): readonly string[] => {
  const { value } = readJsonFile(name, text);
  const flags = isObject(value) ? own(value, 'flags') : undefined;
  if (isObject(flags)) return Object.keys(flags);
  throw new InvalidInputError(name, ['it has no flags'], 'Name a flagd file, such as an export.');
};
