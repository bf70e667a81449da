import type { Envelope, FlagDocument } from '@flaghoist/core/envelope';
import { type Definition, definitionOf } from './definition.ts';
import { type Fact, type Facts, noFacts, readFact } from './evidence.ts';
import { type Members, membersOf, typeBit } from './members.ts';
import { type MoneyValues, moneyValuesOf } from './money/values.ts';
import { partBit } from './plan.ts';
import type { Subject } from './rule.ts';
import { STEPS_PER_RULE, StepBudgetExceeded } from './step-budget.ts';
import { type Survey, surveyOf } from './survey.ts';
import { type Targeting, targetingOf } from './targeting/targeting.ts';
import { type Texts, textsOf } from './texts.ts';

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
    this.#metadata ??= membersOf(this.definition.metadata);
    return this.#metadata;
  }

  /** The sum of the bits of those parts that are there. */
  get parts(): number {
    const { prerequisites, audience, change } = this.envelope;
    const { metadata, targeting, strangers } = this.definition;
    const { types } = this.variants;
    let parts = 0;
    if ((types & typeBit.boolean) !== 0) parts |= partBit.booleans;
    if ((types & typeBit.text) !== 0) parts |= partBit.texts;
    if ((types & (typeBit.object | typeBit.array)) !== 0) parts |= partBit['nested values'];
    if (metadata !== undefined) parts |= partBit.metadata;
    if (targeting !== undefined) parts |= partBit.targeting;
    if (strangers.length > 0) parts |= partBit.strangers;
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
