import { lettersOf } from '@flaghoist/core/facts';
import type { Violation } from '@flaghoist/core/proposal';
import { show } from '@flaghoist/rules/pointer';
import type { FileFinding, Located } from './flag-in-file.ts';

interface Seen extends Located {
  readonly key: string;
}

/** Looks for keys that are in the given files twice, and for those that a reader takes for one another. */
export class KeysOnce {
  readonly #seen = new Map<string, Seen>();

  /** What is wrong with one more key. */
  add(key: string, { part, pointer }: Located): readonly FileFinding[] {
    const letters = lettersOf(key);
    const first = this.#seen.get(letters);
    if (first === undefined) {
      this.#seen.set(letters, { key, part, pointer });
      return [];
    }
    const { line, column } = first.part.positionOf(first.pointer);
    const there = `${first.part.file}:${line}:${column}`;
    const violation: Omit<Violation, 'pointer'> =
      first.key === key
        ? {
            ruleId: 'FH-FILE-01',
            severity: 'error',
            message: `The key ${show(key)} is in these files twice, first at ${there}; expected it once.`,
            hint: 'Keep one of the two: which of them flagd serves depends on the order of its sources.',
          }
        : {
            ruleId: 'FH-KEY-14',
            severity: 'error',
            message: `The key ${show(key)} is read as ${show(first.key)} at ${there}; expected other words.`,
            hint: 'Use the existing flag, or choose other words.',
          };
    return [{ part, pointer, flagKey: key, violation }];
  }
}
