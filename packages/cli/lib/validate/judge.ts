import type { Violation } from '@flaghoist/core/proposal';
import { allRules } from '@flaghoist/rules/catalogue';
import type { AnyRule } from '@flaghoist/rules/rule';
import { runRules, type Validation } from '@flaghoist/rules/run-rules';
import type { FileFinding, FlagInFile, Waived } from './flag-in-file.ts';

/** A finding with its line. */
export interface Found extends Violation {
  /** Empty for what concerns a file and no flag of it. */
  readonly flagKey: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How many flags have it: what stands once in a file may concern all of them. Left out for one. */
  readonly flags?: number;
  /** The waiver under which it is no fault. */
  readonly waived?: Waived;
}

export interface Judgement {
  readonly found: readonly FileFinding[];
  /** Rules that could not be judged, because what they build on is broken. */
  readonly skipped: readonly string[];
  /** Rules that need facts which no file has. */
  readonly notAsked: readonly string[];
}

interface Asked {
  readonly rules: readonly AnyRule[];
  readonly notAsked: readonly string[];
}

const idsOf = (rules: readonly { readonly id: string }[]): string[] => rules.map(({ id }) => id);

/** By kind, phases and known facts. The same list each time, because the runner keeps its plan by it. */
const lists = new Map<string, Asked>();

const askedOf = ({ kind, phases, known }: FlagInFile): Asked => {
  const key = [kind, ...phases, ...[...known].sort()].join(' ');
  const kept = lists.get(key);
  if (kept !== undefined) return kept;
  const concerned = allRules.filter(
    ({ appliesTo, phase }) => phases.includes(phase) && (appliesTo === 'all' || appliesTo.includes(kind)),
  );
  const rules = concerned.filter(({ needs }) => needs.every((fact) => known.has(fact)));
  const asked = { rules, notAsked: idsOf(concerned.filter((rule) => !rules.includes(rule))).sort() };
  lists.set(key, asked);
  return asked;
};

/** What the rules say of one flag in a file, by its lines. Never throws. */
export const judge = (subject: FlagInFile): Judgement => {
  const { envelope, phases, obstacles, remarks } = subject;
  const { rules, notAsked } = askedOf(subject);
  const { violations, skipped } = envelope === null ? refused(obstacles, rules) : runRules(rules, envelope, phases);
  const hinted = subject.hinted(violations);
  const all = remarks.length === 0 ? hinted : [...hinted, ...remarks];
  return { found: all.flatMap((violation) => inFile(violation, subject)), skipped, notAsked };
};

/** What never became an envelope: none of the other rules could be asked. */
const refused = (obstacles: readonly Violation[], asked: readonly AnyRule[]): Validation => {
  const broken = new Set(obstacles.map(({ ruleId }) => ruleId));
  const skipped = idsOf(asked).filter((id) => !broken.has(id));
  return { violations: obstacles, skipped: skipped.sort() };
};

const inFile = (violation: Violation, { flagKey, locate, waivers }: FlagInFile): readonly FileFinding[] => {
  const place = locate(violation.pointer);
  if (place === null) return [];
  const waiver = waivers.find(({ rule }) => rule === violation.ruleId);
  if (waiver === undefined) return [{ flagKey, ...place, violation }];
  const { ticket, expires } = waiver;
  return [{ flagKey, ...place, violation: { ...violation, waived: { ticket, expires } } }];
};
