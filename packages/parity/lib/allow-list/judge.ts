import { dayOf, isExpired, isTooFar, LONGEST_DAYS } from '@flaghoist/plan-reading/expiry';
import type { Difference } from '../compare/difference.ts';
import type { AllowedEntry, AllowList } from './allow-list.ts';
import { directionProblem } from './direction.ts';

/** A difference with what the allow-list says of it. */
export interface Judged {
  readonly difference: Difference;
  /** Lines of the entries that cover it. */
  readonly entries: readonly number[];
  /** Why it is not allowed; `undefined` when it is. */
  readonly problem: string | undefined;
}

/** What is wrong with an entry of the allow-list itself. */
export interface EntryProblem {
  readonly rule: 'expired' | 'too-far' | 'unused';
  readonly entry: AllowedEntry;
  readonly message: string;
  readonly hint: string;
}

export interface JudgeOptions {
  readonly now: number;
  readonly names: readonly string[];
  readonly stack: string;
  readonly of: 'plans' | 'states';
}

export interface Judgement {
  readonly differences: readonly Judged[];
  readonly entryProblems: readonly EntryProblem[];
}

/** The entries that are about a stack. */
export const entriesFor = ({ entries }: AllowList, stack: string): AllowList['entries'] =>
  entries.filter(({ stacks }) => stacks.includes(stack));

/**
 * Holds the differences against the allow-list.
 *
 * @param now epoch milliseconds
 * @param names the environments, in their order
 * @param of what was compared, and of which stack
 */
export const judge = (
  differences: readonly Difference[],
  list: AllowList,
  { now, names, stack, of }: JudgeOptions,
): Judgement => {
  const entries = entriesFor(list, stack);
  const used = new Set<AllowedEntry>();
  const holding = entries.filter(({ only }) => only === undefined || only === of);
  const judged = differences.map((difference): Judged => {
    const covering = holding.filter((entry) => isCovered(entry, difference));
    for (const entry of covering) used.add(entry);
    const problems = covering.flatMap((entry) => directionProblem(entry, difference, names) ?? []);
    return {
      difference,
      entries: covering.map(({ line }) => line),
      problem: covering.length === 0 ? 'no entry of the allow-list covers it' : problems[0],
    };
  });
  const today = dayOf(now);
  // What holds for plans as well may be needed by plans alone, for example an entry for an input.
  const isNeedless = (entry: AllowedEntry): boolean => (entry.only ?? 'plans') === of && !used.has(entry);
  return {
    differences: judged,
    entryProblems: entries.flatMap((entry) => problemOf(entry, { isNeedless: isNeedless(entry), today })),
  };
};

/**
 * Whatever a value may be, it may be made of anything: an entry without a direction covers what is undecided about it, too. An
 * applied output is one value with all its parts, whose keys may be names of environments.
 */
const isCovered = (
  { covers, isAbout, direction, scale, only }: AllowedEntry,
  { path, instance }: Difference,
): boolean => {
  if (!isAbout(instance)) return false;
  if (covers(path)) return true;
  if (direction !== 'any' || scale !== undefined) return false;
  const [output] = (only === 'states' && /^output\.[^.[]+/.exec(path)) || [];
  return covers(path.split('.#made_of')[0] ?? path) || (output !== undefined && covers(output));
};

const problemOf = (
  entry: AllowedEntry,
  { isNeedless, today }: { readonly isNeedless: boolean; readonly today: string },
): readonly EntryProblem[] => {
  const { path, expires, owner, line } = entry;
  const problem = (rule: EntryProblem['rule'], what: string, hint: string): readonly EntryProblem[] => [
    { rule, entry, message: `line ${line}: ${path} ${what}`, hint },
  ];
  if (isExpired(entry, today)) {
    return problem(
      'expired',
      `expired with ${expires}`,
      `Let ${owner} decide again: remove the difference, or renew the entry with a new date.`,
    );
  }
  if (isTooFar(entry, today)) {
    return problem(
      'too-far',
      `holds until ${expires}, more than ${LONGEST_DAYS} days from now`,
      'Choose a nearer date: somebody has to look at the difference once a year.',
    );
  }
  if (!isNeedless) return [];
  return problem(
    'unused',
    'covers no difference',
    'Remove the entry: the environments are the same there. If it should cover something, its path is mistaken.',
  );
};
