import type { Envelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import { readFact } from './evidence.ts';
import type { Policy } from './policy.ts';
import { type AnyRule, type Finding, isFirm } from './rule.ts';
import { covers, daysLeft, noticeOf, WAIVER_NOTICE_DAYS, type Waiver } from './waivers.ts';

/**
 * What is sealed into an envelope about how the rules are meant: the policy's severities, and the waivers under which it was
 * accepted. No clock: a waiver that was sealed holds for this envelope, its refills and reverts to it, for ever.
 */
export class Terms {
  readonly #envelope: Envelope;
  readonly #severities: ReadonlyMap<string, Violation['severity']>;
  readonly #waivers: readonly Waiver[];
  readonly #used = new Set<Waiver>();

  constructor(envelope: Envelope) {
    this.#envelope = envelope;
    const policy = readFact(envelope.evidence, 'policy') as Policy | undefined;
    this.#severities = new Map(policy?.severities.map(({ rule, severity }) => [rule, severity]));
    const waivers = (readFact(envelope.evidence, 'waivers') ?? []) as readonly Waiver[];
    this.#waivers = waivers.filter((waiver) => covers(waiver, envelope.flagKey));
  }

  /** What a rule's findings come to. A firm rule is as it is: nothing waives it. */
  violations(rule: AnyRule, findings: readonly Finding[]): readonly Violation[] {
    const { id, severity } = rule;
    const waiver = isFirm(rule) ? undefined : this.#waivers.find((each) => each.rule === id);
    if (waiver !== undefined) this.#used.add(waiver);
    const stated = isFirm(rule) ? severity : (this.#severities.get(id) ?? severity);
    return findings.map(({ pointer, message, hint }) => ({
      ruleId: id,
      severity: waiver === undefined ? stated : 'warning',
      pointer,
      message: waiver === undefined ? message : `${message} Waived until ${waiver.expires} by ${waiver.ticket}.`,
      hint,
    }));
  }

  /** The waivers that were needed and are about to end, as of acceptance. */
  notices(): readonly Violation[] {
    const { accepted } = this.#envelope.at;
    return [...this.#used]
      .filter((waiver) => daysLeft(waiver, accepted) <= WAIVER_NOTICE_DAYS)
      .map((waiver) => noticeOf(waiver, accepted));
  }
}
