import { InvalidArgumentError } from 'commander';

export const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export const count = (value: string): number => {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999.');
};
