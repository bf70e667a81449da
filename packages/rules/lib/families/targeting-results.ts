import { type Examples, withDocument } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange, standing } from '../rule.ts';
import { pointerOf } from '../targeting/place.ts';
import { sameAnswerOf } from '../targeting/same-answers.ts';
import { country, readable } from './targeting.ts';
import { oneOf, variantsOf } from './variants.ts';

/** Answers can be worked out only when all operators are known and have their arguments. */
const answerable = [...readable, 'FH-TARGET-03', 'FH-TARGET-04', 'FH-TARGET-05', 'FH-VARIANT-01'];

/** What targeting may answer with. flagd finds out at the evaluation, where an answer that is no variant is an error. */
export const standingRules: readonly AnyRule[] = [
  standing({
    id: 'FH-TARGET-14',
    title: 'Every answer of targeting is a variant, or null for the default one',
    rationale:
      'flagd fails the evaluation otherwise, and only for the callers of that branch: each gets its own default.',
    after: answerable,
    about: 'targeting',
    check: (subject) => {
      const variants = variantsOf(subject);
      return subject.targeting.results.flatMap(({ kind, value, place }) => {
        subject.spend();
        if (kind !== 'literal' || value === null) return [];
        // flagd turns a boolean into its name.
        const name = typeof value === 'boolean' ? String(value) : value;
        if (typeof name === 'string' && Object.hasOwn(variants, name)) return [];
        return broken(
          pointerOf(place),
          `Targeting answers ${show(value)} here; ${oneOf(Object.keys(variants))}.`,
          'Name a variant of this flag.',
        );
      });
    },
  }),
  standing({
    id: 'FH-TARGET-15',
    title: 'A bare condition answers only for variants named true and false',
    rationale:
      'flagd turns the truth of a condition into the name "true" or "false". Without such variants it fails for everybody.',
    after: answerable,
    about: 'targeting',
    check: (subject) => {
      const variants = variantsOf(subject);
      if (Object.hasOwn(variants, 'true') && Object.hasOwn(variants, 'false')) return fine;
      return subject.targeting.results.flatMap(({ kind, value, place }) => {
        subject.spend();
        if (kind !== 'truth') return [];
        return broken(
          pointerOf(place),
          `Targeting answers with the truth of ${show(value)}; expected the name of a variant.`,
          'Wrap the condition: { "if": [condition, "on", "off"] }.',
        );
      });
    },
  }),
  standing({
    id: 'FH-TARGET-16',
    title: 'Answers are written down, not computed',
    rationale:
      'With { "var": "tier" } as the answer the caller chooses the variant, and nobody can prove that it exists.',
    after: answerable,
    about: 'targeting',
    check: (subject) =>
      subject.targeting.results.flatMap(({ kind, value, place }) => {
        subject.spend();
        if (kind !== 'computed') return [];
        return broken(
          pointerOf(place),
          `Targeting answers with what ${show(value)} computes; expected the name of a variant.`,
          'Compare the attribute with each value in an "if", and name the variant.',
        );
      }),
  }),
];

export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-TARGET-18',
    title: 'Both branches of an if differ',
    rationale: 'When both answer the same, the condition decides nothing: one of them was forgotten in an edit.',
    severity: 'warning',
    after: [...answerable, 'FH-SAFE-03', 'FH-SAFE-04'],
    about: 'targeting',
    check: (subject) =>
      subject.targeting.operations.flatMap((operation) => {
        subject.spend();
        const same = sameAnswerOf(operation);
        if (same === undefined) return [];
        return broken(
          pointerOf(operation.place),
          `Both branches answer ${show(same)}; expected different answers.`,
          'Correct one of the branches, or drop the condition.',
        );
      }),
  }),
];

const answering = (yes: unknown, no: unknown): ReturnType<typeof withDocument> =>
  withDocument({ targeting: { if: [{ '==': [country, 'DE'] }, yes, no] } });

export const examples = (): Examples => ({
  'FH-TARGET-14': { failing: answering('On', 'off'), passing: answering('on', null) },
  'FH-TARGET-15': {
    failing: withDocument({ targeting: { '==': [country, 'DE'] } }),
    passing: {
      ...withDocument({
        variants: { true: true, false: false },
        defaultVariant: 'false',
        targeting: { '==': [country, 'DE'] },
      }),
      offVariant: 'false',
    },
  },
  'FH-TARGET-16': { failing: answering(country, 'off'), passing: answering('on', 'off') },
  'FH-TARGET-18': {
    failing: { document: { ...answering('off', 'off').document, defaultVariant: 'on' } },
    passing: answering('on', 'off'),
  },
});
