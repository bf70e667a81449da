import { parse } from '@flaghoist/core/parse';
import type { Violation } from '@flaghoist/core/proposal';
import * as z from 'zod/mini';
import { folded } from './directory.ts';
import { daysBetween, readInstant } from './instant.ts';

const DAY_MS = 86_400_000;
/** So long before its last day a waiver is named at every change that it lets through. */
export const WAIVER_NOTICE_DAYS = 30;
/** What is excepted for longer than a year is a rule of its own, and nobody looks at it again. */
export const MAX_WAIVER_DAYS = 366;

/** The shortest beginning of keys: with fewer characters it covers flags that nobody has reviewed. */
const MIN_BEGINNING = 3;

const text = z.string().check(z.minLength(1));

/** A reviewed exception from one rule. It is judged at acceptance alone; what was accepted under it stays valid. */
const waiverShape = {
  /** The rule that need not be kept. */
  rule: z.string().check(z.regex(/^FH-[A-Z]{2,12}-\d\d$/, 'must be the id of a rule, such as FH-SAFE-10')),
  /** The key of the flag, or the beginning of keys and a star, such as `routing.*`. */
  flag: z
    .string()
    .check(z.regex(/^[A-Za-z0-9][\w./-]{0,127}\*?$/, 'must be a key, or its beginning and a star at the end')),
  /** The team that answers for it. */
  owner: text,
  /** Why the rule does not fit here. */
  reason: z.string().check(z.minLength(10, 'must say why, in ten characters at least')),
  /** Where it was agreed on. */
  ticket: text,
  /** Who has approved it: not somebody who makes a change under it. */
  approver: text,
  /** The last day, in UTC, on which a change is accepted under it. */
  expires: z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/, 'must be a day such as 2027-03-31')),
};

/** As it is sealed into the evidence. Members of a newer version are ignored. */
export const sealedWaiverSchema = z.object(waiverShape);
export type Waiver = z.output<typeof sealedWaiverSchema>;

/** `fleet/waivers.json`. `$schema` is for editors. */
export const waiversFileSchema = z
  .strictObject({ $schema: z.optional(z.string()), waivers: z.array(z.strictObject(waiverShape)) })
  .check(({ value, issues }) => {
    for (const [index, waiver] of value.waivers.entries()) {
      const { expires, rule, flag } = waiver;
      const report = (member: string, message: string): void => {
        issues.push({ code: 'custom', input: value.waivers[index], path: ['waivers', index, member], message });
      };
      for (const member of ['owner', 'reason', 'ticket', 'approver'] as const)
        if (waiver[member].trim() === '') report(member, 'must say something, not blanks alone');
      if (flag.endsWith('*') && flag.length - 1 < MIN_BEGINNING)
        report('flag', `must have ${MIN_BEGINNING} characters at least before its star`);
      if (readInstant(expires) === null) report('expires', 'must be a day that the calendar has');
      if (value.waivers.slice(0, index).some((other) => other.rule === rule && other.flag === flag))
        report('flag', 'this rule is waived for this flag already');
    }
  });

/** @throws InvalidInputError naming every place that does not fit */
export const readWaivers = (content: unknown): readonly Waiver[] =>
  parse(waiversFileSchema, content, {
    what: 'list of waivers',
    hint: 'Correct the named places. A waiver has a rule, a flag, an owner, a reason, a ticket, an approver and a last day.',
  }).waivers;

/** The first moment at which it no longer holds, in epoch milliseconds. */
const endOf = ({ expires }: Waiver): number => (readInstant(expires) ?? Number.NEGATIVE_INFINITY) + DAY_MS;

const hasEnded = (waiver: Waiver, now: number): boolean => now >= endOf(waiver);

/** Whole days that are left; 0 on the last one, below zero afterwards. */
export const daysLeft = (waiver: Waiver, now: number): number => Math.ceil(daysBetween(now, endOf(waiver))) - 1;

/** Whether a waiver ends so late that it does not hold yet: nobody has promised to look at it within a year. */
export const isTooFar = (waiver: Waiver, now: number): boolean => daysLeft(waiver, now) > MAX_WAIVER_DAYS;

/** Whether a waiver is about a flag. */
export const covers = ({ flag }: Pick<Waiver, 'flag'>, flagKey: string): boolean =>
  flag.endsWith('*') ? flagKey.startsWith(flag.slice(0, -1)) : flag === flagKey;

interface Acceptance {
  readonly flagKey: string;
  readonly actor: string;
  /** In epoch milliseconds. */
  readonly now: number;
}

/** Those under which a change may be accepted now: about its flag, not ended, ending within a year, and not its author's own. */
export const waiversFor = (waivers: readonly Waiver[], { flagKey, actor, now }: Acceptance): readonly Waiver[] =>
  waivers.filter(
    (waiver) =>
      covers(waiver, flagKey) &&
      !hasEnded(waiver, now) &&
      !isTooFar(waiver, now) &&
      folded(waiver.approver) !== folded(actor),
  );

/** The violations of a refused change; where a waiver would have helped and does not, its hint says why. */
export const withUselessWaivers = (
  violations: readonly Violation[],
  waivers: readonly Waiver[],
  { flagKey, actor, now }: Acceptance,
): readonly Violation[] =>
  violations.map((violation) => {
    const waiver = waivers.find((each) => each.rule === violation.ruleId && covers(each, flagKey));
    if (waiver === undefined || violation.severity !== 'error') return violation;
    const why = uselessBecause(waiver, actor, now);
    if (why === null) return violation;
    return {
      ...violation,
      hint: `The waiver of ${waiver.ticket} ${why}. ${violation.hint} Or have the waiver renewed in fleet/waivers.json.`,
    };
  });

const uselessBecause = (waiver: Waiver, actor: string, now: number): string | null => {
  if (hasEnded(waiver, now)) return `ended on ${waiver.expires}`;
  if (isTooFar(waiver, now))
    return `ends on ${waiver.expires}, and one holds only when it ends within ${MAX_WAIVER_DAYS} days`;
  return folded(waiver.approver) === folded(actor) ? `was approved by ${waiver.approver}, who makes the change` : null;
};

export const noticeOf = (waiver: Waiver, now: number): Violation => {
  const days = daysLeft(waiver, now);
  return {
    ruleId: 'FH-RULES-05',
    severity: 'warning',
    pointer: '/flagKey',
    message: `The waiver of ${waiver.ticket} from ${waiver.rule} for ${waiver.flag} ends on ${waiver.expires}, in ${days} ${days === 1 ? 'day' : 'days'}; the next change after that is refused.`,
    hint: 'Have it renewed in fleet/waivers.json, or change the flag so that it keeps the rule.',
  };
};
