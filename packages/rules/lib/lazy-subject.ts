import type { Envelope, FlagDocument } from '@flaghoist/core/envelope';
import { isObject, own } from '@flaghoist/core/json';
import { type Definition, definitionOf } from './definition.ts';
import { type Fact, type Facts, noFacts, readFact } from './evidence.ts';
import { type Members, membersOf, typeBit } from './members.ts';
import { type MoneyValues, moneyValuesOf } from './money/values.ts';
import { partBit } from './plan.ts';
import type { Finding, Subject } from './rule.ts';
import { STEPS_PER_RULE, StepBudgetExceeded } from './step-budget.ts';
import { type Survey, surveyOf } from './survey.ts';
import { type Targeting, targetingOf } from './targeting/targeting.ts';
import { type Texts, textsOf } from './texts.ts';

/** Flags inherit the metadata of their file since this version of the rules. */
const INHERITING = 2;

const none: Readonly<Record<string, unknown>> = {};

/** A subject of which each part is made at the first rule that looks at it. */
export class LazySubject implements Subject<Fact> {
  readonly envelope: Envelope;
  readonly document: FlagDocument | null;
  /** Rules read only the facts they declare in `needs`, and are not run without those: the rest may be missing. */
  readonly facts: Facts;
  #steps = 0;
  #definition: Definition | undefined;
  #variants: Members | undefined;
  #metadata: Members | undefined;
  #survey: Survey | undefined;
  #targeting: Targeting | undefined;
  #texts: Texts | undefined;
  #money: MoneyValues | undefined;

  /** @throws when there is nothing that could have members */
  constructor(envelope: Envelope) {
    this.envelope = envelope;
    this.document = envelope.document;
    this.facts = { ...noFacts };
  }

  /** Reads one of the facts; `false` when it is missing, or in a form that is not known. */
  read(fact: Fact): boolean {
    const value = readFact(this.envelope.evidence, fact);
    (this.facts as Record<Fact, unknown>)[fact] = value;
    return value !== undefined;
  }

  get definition(): Definition {
    this.#definition ??= definitionOf(this.document);
    return this.#definition;
  }

  get variants(): Members {
    this.#variants ??= membersOf(this.definition.variants);
    return this.#variants;
  }

  get metadata(): Members {
    const inherited = this.#inherited;
    const own = this.definition.metadata;
    if (inherited === none) this.#metadata ??= membersOf(own);
    else this.#metadata ??= membersOf(own === undefined ? inherited : isObject(own) ? { ...inherited, ...own } : own);
    return this.#metadata;
  }

  /** The metadata of the file that the flag comes from, which flagd gives to each of its flags. */
  get #inherited(): Readonly<Record<string, unknown>> {
    const { source, rulesVersion } = this.envelope;
    if (source === undefined || rulesVersion < INHERITING) return none;
    const metadata = isObject(source) ? own(source, 'metadata') : undefined;
    return isObject(metadata) ? metadata : none;
  }

  /** Where in the envelope a rule's finding is: what a flag inherits stands in the source. */
  placed(findings: readonly Finding[]): readonly Finding[] {
    const inherited = this.#inherited;
    if (inherited === none) return findings;
    const own = this.definition.metadata;
    return findings.map((finding) => {
      const [, name] = /^\/document\/metadata\/([^/]*)/.exec(finding.pointer) ?? [];
      if (name === undefined) return finding;
      const member = name.replaceAll('~1', '/').replaceAll('~0', '~');
      if ((isObject(own) && Object.hasOwn(own, member)) || !Object.hasOwn(inherited, member)) return finding;
      return { ...finding, pointer: finding.pointer.replace('/document', '/source') };
    });
  }

  /** The sum of the bits of those parts that are there. */
  get parts(): number {
    const { prerequisites, audience, change, source } = this.envelope;
    const { metadata, targeting, strangers } = this.definition;
    const { types } = this.variants;
    let parts = 0;
    if ((types & typeBit.boolean) !== 0) parts |= partBit.booleans;
    if ((types & typeBit.text) !== 0) parts |= partBit.texts;
    if ((types & (typeBit.object | typeBit.array)) !== 0) parts |= partBit['nested values'];
    if (metadata !== undefined || source !== undefined) parts |= partBit.metadata;
    if (targeting !== undefined) parts |= partBit.targeting;
    if (strangers.length > 0 || source !== undefined) parts |= partBit.strangers;
    if (prerequisites !== undefined) parts |= partBit.prerequisites;
    if (audience !== '*') parts |= partBit.audience;
    if (change.ticket !== undefined) parts |= partBit.ticket;
    return parts;
  }

  get survey(): Survey {
    this.#survey ??= surveyOf(this.envelope);
    return this.#survey;
  }

  get targeting(): Targeting {
    this.#targeting ??= targetingOf(this.document, this.envelope.source);
    return this.#targeting;
  }

  get texts(): Texts {
    this.#texts ??= textsOf(this.envelope);
    return this.#texts;
  }

  get money(): MoneyValues {
    this.#money ??= moneyValuesOf(this.document);
    return this.#money;
  }

  spend(steps = 1): void {
    this.#steps += steps;
    if (this.#steps > STEPS_PER_RULE) throw new StepBudgetExceeded();
  }

  refill(): void {
    this.#steps = 0;
  }
}
