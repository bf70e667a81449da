import type { ChangeKind } from '@flaghoist/core/change';
import type { Envelope, FlagDocument } from '@flaghoist/core/envelope';
import type { Definition } from './definition.ts';
import type { Fact, Facts } from './evidence.ts';
import type { Members } from './members.ts';
import type { MoneyValues } from './money/values.ts';
import type { Survey } from './survey.ts';
import type { Targeting } from './targeting/targeting.ts';
import type { Texts } from './texts.ts';

/**
 * `change`: process (approval, owner, age of the proposal); once, at acceptance.
 * `standing`: document, size, safety, place in the flag's history; at every hop, and the only phase that a kill, a
 * revert or a refill meets.
 */
export type Phase = 'change' | 'standing';

/** One place that breaks a rule. */
export interface Finding {
  /** JSON Pointer into the envelope. */
  readonly pointer: string;
  /** What is there and what was expected. */
  readonly message: string;
  /** What the author can do about it, as an imperative sentence. */
  readonly hint: string;
}

/** What a rule sees: the envelope with its sealed evidence, and nothing else. No clock, no locale, no chance. */
export interface Subject<N extends Fact = never> {
  readonly envelope: Envelope;
  /** The document; `null` when the flag is archived, or when there is none. */
  readonly document: FlagDocument | null;
  /** The members of the document that flagd knows. */
  readonly definition: Definition;
  /** The document's variants; none before `FH-VARIANT-01` has passed, or for a tombstone. */
  readonly variants: Members;
  /** The document's metadata, with what it inherits of its file; none where there is none, or where it is no object. */
  readonly metadata: Members;
  /** The facts of the evidence that the rule needs, checked against their schema. */
  readonly facts: Pick<Facts, N>;
  /** What one walk over the whole envelope saw, made once for all rules. */
  readonly survey: Survey;
  /** What targeting does, worked out once for all rules. Only for rules after `FH-TARGET-01`. */
  readonly targeting: Targeting;
  /** The texts that an author wrote, collected once for all rules. Only for rules after `FH-LIMIT-01`. */
  readonly texts: Texts;
  /** What the variants say about money, collected once for all rules. Only for rules after `FH-LIMIT-01`. */
  readonly money: MoneyValues;
  /** Takes steps off this rule's budget. Call it in every loop whose length the author controls. */
  spend(steps?: number): void;
}

/**
 * Optional parts of a flag. A rule about one part is skipped for flags without it. `booleans`, `texts` and `nested values`
 * are those of variants; `strangers` are members that flagd does not know, of the document or of a source.
 */
export type Part =
  | 'audience'
  | 'booleans'
  | 'metadata'
  | 'nested values'
  | 'prerequisites'
  | 'strangers'
  | 'targeting'
  | 'texts'
  | 'ticket';

/**
 * A business rule. Add one to a list of its family's file, with examples in the same file, and run `pnpm catalogue`, which
 * writes everything that follows from it.
 */
export interface Rule<N extends Fact = never> {
  /** `FH-<FAMILY>-<nn>`: stable for ever, never given to another rule. */
  readonly id: string;
  readonly title: string;
  /** Why it exists: the incident, standard or limit behind it. */
  readonly rationale: string;
  /** `error` stops the change, `warning` is reported. */
  readonly severity: 'error' | 'warning';
  readonly appliesTo: readonly ChangeKind[] | 'all';
  readonly phase: Phase;
  /**
   * The `RULES_VERSION` that brought it: for a new rule, the last release plus one. An envelope that was accepted under an
   * older version is not judged by it, so a new rule never turns against a flag that is already served.
   */
  readonly since: number;
  /** Its last change of answers; left out while it answers as in the version that brought it. */
  readonly changed?: Changed<N>;
  /** The facts home must seal into the evidence for it. */
  readonly needs: readonly N[];
  /** Rules without which this one makes no sense: when one of them is broken, this one is skipped. */
  readonly after: readonly string[];
  /**
   * An invariant of the protocol that no author can break, such as the number of a revision: nothing waives it, no policy
   * lowers it, and the catalogue does not count it.
   */
  readonly protocol?: true;
  /** What it keeps is promised to others than the author: it is a rule like any other, and yet nothing waives or lowers it. */
  readonly unwaivable?: true;
  /** The part without which it finds nothing; left out when it is about every flag. An audience of all is none. */
  readonly about?: Part;
  check(subject: Subject<N>): readonly Finding[];
}

/** That a rule answers differently from a version on. A new wording is no change of answers. */
export interface Changed<N extends Fact = never> {
  /** The first `RULES_VERSION` with the new answers: the last release plus one. */
  readonly version: number;
  /**
   * What it answered before, for envelopes that were accepted under an older version. A standing rule that becomes stricter
   * must keep it; every other rule can leave it out.
   */
  before?(subject: Subject<N>): readonly Finding[];
}

/** Whether a rule is as it is: no waiver and no policy makes a warning of it. */
export const isFirm = ({ protocol, unwaivable }: Pick<AnyRule, 'protocol' | 'unwaivable'>): boolean =>
  protocol === true || unwaivable === true;

/** A rule that the survey alone decides: it can also judge what is not an envelope yet. */
export interface SurveyRule extends Rule {
  check(subject: Pick<Subject, 'survey'>): readonly Finding[];
}

export type AnyRule = Rule<Fact>;

/** Nothing found. */
export const fine: readonly Finding[] = [];

/** The one place that breaks a rule. */
export const broken = (pointer: string, message: string, hint: string): readonly Finding[] => [
  { pointer, message, hint },
];

/** What a rule says for itself; the rest is as most rules of its phase have it. */
type Stated<N extends Fact> = Pick<Rule<N>, 'id' | 'title' | 'rationale' | 'check'> & Partial<Rule<N>>;

/** A rule that holds at every hop: an error, for all kinds, since the first catalogue, unless it says otherwise. */
/* @__NO_SIDE_EFFECTS__ */
export const standing = <N extends Fact = never>(rule: Stated<N>): Rule<N> => ({
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: [],
  ...rule,
});

/** The changes that bring a document. */
const documented = ['created', 'updated', 'restored'] as const satisfies readonly ChangeKind[];

/** A rule that is asked once, when a document is accepted: an error, since the first catalogue, unless it says otherwise. */
/* @__NO_SIDE_EFFECTS__ */
export const onChange = <N extends Fact = never>(rule: Stated<N>): Rule<N> => ({
  severity: 'error',
  appliesTo: documented,
  phase: 'change',
  since: 1,
  needs: [],
  after: [],
  ...rule,
});
