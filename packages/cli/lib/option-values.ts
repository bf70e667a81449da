import { InvalidArgumentError } from 'commander';

export const each = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const shown = (bound: number): string => bound.toLocaleString('en-US');

/**
 * A number as people write it: in digits, so that neither 1e99 nor 0x10 is one.
 *
 * @param most and the least one: what the command can make sense of
 */
export const numberBetween =
  (least: number, most: number, { fraction = false }: { readonly fraction?: boolean } = {}) =>
  (text: string): number => {
    const value = Number(text);
    if ((fraction ? /^\d+(?:\.\d+)?$/ : /^\d+$/).test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `It must be a ${fraction ? '' : 'whole '}number from ${shown(least)} to ${shown(most)}, in digits.`,
    );
  };
