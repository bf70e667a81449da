import type { Random } from '@flaghoist/core/ports/random';
import { isPath } from './json-path.ts';

/** The intrinsic functions that state machines may call here, each of two whole numbers or paths to such. */
const CALL = /^States\.(?<name>MathAdd|MathRandom)\((?<first>[^,()]+), (?<second>[^,()]+)\)$/;
const NUMBER = /^-?\d{1,9}$/;

const isArgument = (text: string): boolean => NUMBER.test(text) || isPath(text);

export const isCall = (text: string): boolean => {
  const { first = '', second = '' } = CALL.exec(text)?.groups ?? {};
  return isArgument(first) && isArgument(second);
};

/**
 * What a call answers: `States.MathAdd(a, b)` their sum, `States.MathRandom(a, b)` a whole number from a on and below b.
 *
 * @param valueAt resolves a path
 * @returns `undefined` where an argument is not a whole number
 */
export const answerTo = (text: string, valueAt: (path: string) => unknown, random: Random): number | undefined => {
  const { name, first = '', second = '' } = CALL.exec(text)?.groups ?? {};
  const [a, b] = [first, second].map((each) => (NUMBER.test(each) ? Number(each) : valueAt(each)));
  if (!(Number.isInteger(a) && Number.isInteger(b))) return undefined;
  const [start, end] = [Number(a), Number(b)];
  return name === 'MathAdd' ? start + end : start + Math.floor(random.next() * (end - start));
};
