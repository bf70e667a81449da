import type { Violation } from '@flaghoist/core/proposal';

/** Outcomes are kept in an item of at most 400 KB and sent in events of at most 256 KB. */
const MAX_VIOLATIONS = 100;
const MAX_TEXT = 500;

/** Names that an author chose stand in pointers, and half a surrogate pair in them is refused by what the report goes through. */
const cut = (text: string): string =>
  (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text).toWellFormed();

/** What the runner says when a rule failed itself, and when home sealed no fact for it, or one that nobody knows. */
const defects: ReadonlySet<string> = new Set(['FH-RULES-01', 'FH-RULES-03']);

/** Those of the rule ids that tell of a defect in judging, not in the flag: somebody must mend it now. */
export const defectsAmong = (ruleIds: readonly string[]): readonly string[] => ruleIds.filter((id) => defects.has(id));

/** Code units, not a locale's alphabet: every machine sorts alike. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compare = (a: Violation, b: Violation): number =>
  compareText(a.ruleId, b.ruleId) || compareText(a.pointer, b.pointer) || compareText(a.message, b.message);

/** Sorted by rule and place, each text cut to a length that fits an event, and at most a hundred. */
export const inReportForm = (violations: readonly Violation[]): readonly Violation[] => {
  const all = violations
    .map(({ ruleId, severity, pointer, message, hint }) => ({
      ruleId,
      severity,
      pointer: cut(pointer),
      message: cut(message),
      hint,
    }))
    .sort(compare);
  if (all.length <= MAX_VIOLATIONS) return all;
  const shown = all.slice(0, MAX_VIOLATIONS - 1);
  const hidden = all.slice(shown.length);
  return [
    ...shown,
    {
      ruleId: 'FH-RULES-04',
      severity: hidden.some(({ severity }) => severity === 'error') ? 'error' : 'warning',
      pointer: '',
      message: `${hidden.length} more places break a rule.`,
      hint: 'Correct those shown and propose again.',
    },
  ];
};
