import { createHash } from 'node:crypto';
import type { Random } from '@flaghoist/core/ports/random';
import { isPath } from './json-path.ts';

/**
 * The intrinsic functions that state machines may call here, none within another. An argument is a whole number, a path, or a text in single
 * quotes without any quote, backslash or comma in it.
 */
const CALL = /^States\.(?<name>\w+)\((?<list>.*)\)$/;
const NUMBER = /^-?\d{1,9}$/;
const TEXT = /^'[^'\\,]*'$/;

type Call = (given: readonly unknown[], random: Random) => unknown;

/** Of two whole numbers, or of nothing. */
const ofNumbers =
  (compute: (first: number, second: number, random: Random) => number): Call =>
  ([first, second], random) =>
    Number.isInteger(first) && Number.isInteger(second) ? compute(Number(first), Number(second), random) : undefined;

/** Of texts, or of nothing. */
const ofTexts =
  (compute: (first: string, ...others: readonly string[]) => unknown): Call =>
  ([first, ...others]) =>
    typeof first === 'string' && others.every((each) => typeof each === 'string')
      ? compute(first, ...others)
      : undefined;

const CALLS: Readonly<Record<string, { readonly takes: (count: number) => boolean; readonly call: Call }>> = {
  MathAdd: { takes: (count) => count === 2, call: ofNumbers((first, second) => first + second) },
  MathRandom: {
    takes: (count) => count === 2,
    call: ofNumbers((start, end, random) => start + Math.floor(random.next() * (end - start))),
  },
  Format: {
    takes: (count) => count >= 2,
    call: ofTexts((template, ...values) => {
      const parts = template.split('{}');
      if (parts.length !== values.length + 1) return undefined;
      return parts.map((part, index) => `${part}${values[index] ?? ''}`).join('');
    }),
  },
  StringSplit: {
    takes: (count) => count === 2,
    call: ofTexts((text, splitters = '') => {
      let parts = [text];
      for (const splitter of splitters) parts = parts.flatMap((part) => part.split(splitter));
      return parts.filter((part) => part !== '');
    }),
  },
  Hash: {
    takes: (count) => count === 2,
    call: ofTexts((text, algorithm) =>
      algorithm === 'SHA-256' ? createHash('sha256').update(text).digest('hex') : undefined,
    ),
  },
};

const partsOf = (text: string) => {
  const { name = '', list = '' } = CALL.exec(text)?.groups ?? {};
  return { known: Object.hasOwn(CALLS, name) ? CALLS[name] : undefined, list: list.split(', ') };
};

const isArgument = (text: string): boolean => NUMBER.test(text) || TEXT.test(text) || isPath(text);

export const isCall = (text: string): boolean => {
  const { known, list } = partsOf(text);
  return known?.takes(list.length) === true && list.every(isArgument);
};

/**
 * What a call answers: `States.MathAdd(a, b)` their sum, `States.MathRandom(a, b)` a whole number from a on and below b, `States.Format` its
 * first text with the others where it has `{}`, `States.StringSplit` what stands between any of the second text's characters and is not
 * empty, `States.Hash` the SHA-256 in hexadecimal digits.
 *
 * @param valueAt resolves a path
 * @returns `undefined` where an argument is none of this function
 */
export const answerTo = (text: string, valueAt: (path: string) => unknown, random: Random): unknown => {
  const { known, list } = partsOf(text);
  const given = list.map((each) => {
    if (NUMBER.test(each)) return Number(each);
    return TEXT.test(each) ? each.slice(1, -1) : valueAt(each);
  });
  return known?.call(given, random);
};
