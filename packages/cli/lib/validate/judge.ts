import type { Violation } from '@flaghoist/core/proposal';
import { catalogue } from '@flaghoist/rules/catalogue';
import type { AnyRule } from '@flaghoist/rules/rule';
import { runRules, type Validation } from '@flaghoist/rules/run-rules';
import type { FlagInFile } from './flag-in-file.ts';
import type { JsonFile } from './json-file.ts';

export interface Found extends Violation {
  readonly flagKey: string;
  readonly line: number;
  readonly column: number;
}

export interface Judgement {
  readonly violations: readonly Found[];
  /** Rules that could not be judged, because what they build on is broken. */
  readonly skipped: readonly string[];
  /** Rules that need facts which no file has. */
  readonly notAsked: readonly string[];
}

const idsOf = (rules: readonly { readonly id: string }[]): string[] => rules.map(({ id }) => id);

/** What the rules say of one flag in a file, by its lines. Never throws. */
export const judge = (subject: FlagInFile, file: JsonFile): Judgement => {
  const { kind, envelope, phases, known, obstacles } = subject;
  const concerned = catalogue.filter(
    ({ appliesTo, phase }) => phases.includes(phase) && (appliesTo === 'all' || appliesTo.includes(kind)),
  );
  const asked = concerned.filter(({ needs }) => needs.every((fact) => known.has(fact)));
  const notAsked = idsOf(concerned.filter((rule) => !asked.includes(rule))).sort();
  const { violations, skipped } = envelope === null ? refused(obstacles, asked) : runRules(asked, envelope, phases);
  return { violations: violations.flatMap((violation) => inFile(violation, subject, file)), skipped, notAsked };
};

/** What never became an envelope: none of the other rules could be asked. */
const refused = (obstacles: readonly Violation[], asked: readonly AnyRule[]): Validation => {
  const broken = new Set(obstacles.map(({ ruleId }) => ruleId));
  const skipped = idsOf(asked).filter((id) => !broken.has(id));
  return { violations: obstacles, skipped: skipped.sort() };
};

const inFile = (violation: Violation, subject: FlagInFile, file: JsonFile): readonly Found[] => {
  const pointer = subject.inFile(violation.pointer);
  if (pointer === null) return [];
  return [{ flagKey: subject.flagKey, ...violation, pointer, ...file.positionOf(pointer) }];
};
