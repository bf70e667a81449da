import type { Envelope } from '@flaghoist/core/envelope';
import { validate } from '../../lib/validate.ts';
import { inputOf } from './inputs.ts';

const prototypes = [Object, Array, String, Number, Boolean, Function, Map, Set, RegExp, Promise].map(
  ({ prototype }) => prototype,
);
const shapeOf = (): string =>
  prototypes.map((prototype) => Object.getOwnPropertyNames(prototype).sort().join()).join('|');

/** What is said of rules that failed themselves, rather than the input, and of those that went over their budget of steps. */
export const failuresOn = (envelope: Envelope): string[] =>
  validate(envelope, ['change', 'standing'])
    .violations.filter(({ ruleId }) => ruleId === 'FH-RULES-01' || ruleId === 'FH-RULES-02')
    .map(({ message }) => message);

/**
 * Judges the inputs of these numbers, and tells of each rule that failed itself or took too many steps.
 *
 * @throws whatever judging throws, and when a prototype is no longer what it was
 */
export const judgeInputs = (from: number, to: number): { judged: number; failed: string[] } => {
  const before = shapeOf();
  const failed: string[] = [];
  for (let number = from; number < to; number += 1) {
    const { envelope, isFormed } = inputOf(number);
    const found = failuresOn(envelope);
    if (isFormed && found.length > 0) failed.push(`input ${number}: ${found.join(' ')}`);
    if (number % 1_000 === 0 && shapeOf() !== before) throw new Error(`a prototype changed before input ${number}`);
  }
  if (shapeOf() !== before || 'polluted' in {}) throw new Error('a prototype changed');
  return { judged: to - from, failed: failed.slice(0, 10) };
};
