import { canonicalJson } from '@flaghoist/core/canonical-json';
import { isObject } from '@flaghoist/core/json';
import { type Examples, exampleBefore, type Patch, withDocument, withFacts, withPolicy } from '../examples/envelope.ts';
import { findInMembers } from '../find-in-members.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange } from '../rule.ts';
import { typeOf } from '../summary.ts';
import { quoted, variantsOf } from './variants.ts';

const placeOf = (...parts: string[]): string => pointerTo('document', 'variants', ...parts);

/** 2^31 − 1. */
const INT32 = 2_147_483_647;

/** What has no canonical form cannot be compared or measured. */
const canonical = ['FH-LIMIT-01', 'FH-SAFE-03', 'FH-SAFE-04', 'FH-VARIANT-01'];

/** How deep objects and arrays nest in a value. The survey has bounded it. */
const depthOf = (value: unknown, spend: () => void): number => {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const member of Object.values(value)) {
    spend();
    deepest = Math.max(deepest, depthOf(member, spend));
  }
  return deepest + 1;
};

interface Member {
  readonly variant: string;
  readonly name: string;
  readonly value: unknown;
}

/** The members of object variants, variants in the order of their names. */
const membersOf = (variants: Readonly<Record<string, unknown>>): readonly Member[] =>
  Object.keys(variants)
    .filter((variant) => isObject(variants[variant]))
    .sort()
    .flatMap((variant) =>
      Object.entries(Object(variants[variant])).map(([name, member]) => ({ variant, name, value: member })),
    );

/** What the values of variants are. The services have code for the values that they know. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-VARIANT-08',
    title: 'No two variants have the same value',
    rationale:
      'An experiment between two equal variants measures nothing, and usually one of them was meant to be edited.',
    severity: 'warning',
    after: [...canonical, 'FH-VARIANT-02', 'FH-VARIANT-07', 'FH-KILL-05'],
    check: (subject) => {
      const variants = variantsOf(subject);
      const seen = new Map<string, string>();
      return Object.keys(variants)
        .sort()
        .flatMap((name) => {
          subject.spend();
          const text = canonicalJson(variants[name]);
          const first = seen.get(text);
          seen.set(text, first ?? name);
          if (first === undefined) return [];
          return broken(
            placeOf(name),
            `The value is that of ${show(first)}; expected one of its own.`,
            'Remove the variant, or correct its value.',
          );
        });
    },
  }),
  onChange({
    id: 'FH-VARIANT-10',
    title: 'Values do not nest too deeply',
    rationale:
      'Typed SDKs map objects onto classes, level by level; deep ones are configuration that wants its own store.',
    needs: ['policy'],
    after: ['FH-LIMIT-01', 'FH-VARIANT-02'],
    about: 'nested values',
    check: (subject) => {
      const limit = subject.facts.policy.maxValueDepth;
      const spend = subject.spend.bind(subject);
      return Object.entries(variantsOf(subject)).flatMap(([name, value]) => {
        const depth = depthOf(value, spend);
        if (depth <= limit) return [];
        return broken(
          placeOf(name),
          `The value nests ${depth} levels; at most ${limit} are allowed.`,
          'Make the value flatter, or keep it in a configuration store.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-VARIANT-11',
    title: 'A value is small',
    rationale:
      'It is copied with each evaluation in 156 services, thousands of times a second. FH-LIMIT-02 bounds the whole document, for the way there: a value may be too large for the one and not for the other.',
    needs: ['policy'],
    after: canonical,
    check: (subject) => {
      const limit = subject.facts.policy.maxVariantBytes;
      if (subject.survey.bytesAtMost <= limit) return fine;
      return Object.entries(variantsOf(subject)).flatMap(([name, value]) => {
        subject.spend();
        const bytes = Buffer.byteLength(canonicalJson(value));
        if (bytes <= limit) return [];
        return broken(
          placeOf(name),
          `The value has ${bytes} bytes; at most ${limit} are allowed.`,
          'Keep the data in a store and put its name into the variant.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-VARIANT-12',
    title: 'All object variants have the same members',
    rationale: 'Code that was tested with one variant reads undefined, or throws, as soon as another one is served.',
    severity: 'warning',
    after: ['FH-VARIANT-02'],
    about: 'nested values',
    check: (subject) => {
      const variants = variantsOf(subject);
      const members = membersOf(variants);
      if (members.length === 0) return fine;
      const all = new Set(members.map(({ name }) => name));
      return Object.entries(variants).flatMap(([variant, value]) => {
        if (!isObject(value)) return [];
        subject.spend(all.size);
        const lacking = [...all].filter((name) => !Object.hasOwn(value, name));
        if (lacking.length === 0) return [];
        return broken(
          placeOf(variant),
          `The value lacks ${quoted(lacking)}, which other variants have.`,
          'Give the variant every member, with the value that means none.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-VARIANT-13',
    title: 'A member has one type in all object variants',
    rationale:
      'timeoutMs: 100 in one variant and "100" in another: the sum becomes text in exactly the group that is tested.',
    after: ['FH-VARIANT-02'],
    about: 'nested values',
    check: (subject) => {
      const types = new Map<string, string>();
      return membersOf(variantsOf(subject)).flatMap(({ variant, name, value }) => {
        subject.spend();
        // Null stands for none, whatever the type.
        if (value === null) return [];
        const wanted = types.get(name) ?? typeOf(value);
        types.set(name, wanted);
        if (typeOf(value) === wanted) return [];
        return broken(
          placeOf(variant, name),
          `The member is of type ${typeOf(value)}; expected ${wanted}, as in another variant.`,
          'Give the member one type in all variants.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-VARIANT-14',
    title: 'A flag keeps the type of its variants',
    rationale:
      'Running services ask for the type they were compiled with. OpenFeature answers TYPE_MISMATCH and their own default, all at once.',
    appliesTo: ['updated'],
    needs: ['before'],
    after: ['FH-VARIANT-02'],
    check: (subject) => {
      const wanted = subject.facts.before?.type ?? null;
      const [first] = Object.values(variantsOf(subject));
      if (wanted === null || first === undefined || typeOf(first) === wanted) return fine;
      return broken(
        '/document/variants',
        `The variants are of type ${typeOf(first)}; those that are served are of type ${wanted}.`,
        'Create another flag with the new type, move the callers, then archive this one.',
      );
    },
  }),
  onChange({
    id: 'FH-VARIANT-16',
    title: 'Text values have no blanks around them',
    rationale:
      'A blank that was copied along makes a host name, a currency or a template name unknown, and nobody sees it.',
    severity: 'warning',
    after: ['FH-VARIANT-02'],
    about: 'texts',
    check: (subject) => {
      return findInMembers(subject, subject.variants, (name, value) => {
        if (typeof value !== 'string' || value.trim() === value) return fine;
        return broken(
          placeOf(name),
          `The value ${show(value)} begins or ends with a blank; expected none.`,
          'Remove the blank; put one that is wanted into the text that the value is joined with.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-VARIANT-19',
    title: 'Truth is not written as text',
    rationale: 'The text "false" is not empty, and so it counts as true in the code of most services.',
    severity: 'warning',
    since: 2,
    after: ['FH-VARIANT-02'],
    about: 'texts',
    check: ({ variants }) => {
      const isTruth = (value: unknown): boolean => typeof value === 'string' && /^(?:true|false)$/i.test(value.trim());
      if (variants.values.length === 0 || !variants.values.every(isTruth)) return fine;
      return broken(
        '/document/variants',
        'All variants are the texts "true" or "false"; expected booleans.',
        'Write true and false without quotes, in a new flag where services read this one as text.',
      );
    },
  }),
  onChange({
    id: 'FH-VARIANT-20',
    title: 'Numbers fit what typed clients ask for',
    rationale:
      'Java, Go and .NET ask for an integer or for a fraction: 0.95 beside 1, and 9000000000 as an int of 32 bits, end as an error and the code’s default.',
    severity: 'warning',
    since: 2,
    after: ['FH-VARIANT-02', 'FH-LIMIT-06', 'FH-MONEY-02'],
    check: ({ variants: { names, values } }) => {
      // Nothing is nothing in both kinds.
      const whole = values.findIndex((value) => Number.isInteger(value) && value !== 0);
      const fraction = values.findIndex((value) => typeof value === 'number' && !Number.isInteger(value));
      const [sample, other] = [values[whole], values[fraction]];
      if (whole >= 0 && fraction >= 0) {
        return broken(
          placeOf(names[fraction] ?? ''),
          `The value ${show(other)} is a fraction, and ${show(sample)} is none; expected numbers of one kind.`,
          'Count in a smaller unit, so that all are whole, or tell all services to ask for a fraction.',
        );
      }
      const large = values.findIndex((value) => Number.isInteger(value) && Math.abs(Number(value)) > INT32);
      if (large < 0 || fraction >= 0) return fine;
      return broken(
        placeOf(names[large] ?? ''),
        `The value ${show(values[large])} lies beyond ${INT32}, the largest whole number that clients with 32 bits can hold.`,
        'Count in a larger unit, or write it as text.',
      );
    },
  }),
];

const variants = (on: unknown, off: unknown, more: Patch = {}): Patch => ({
  ...withDocument({ variants: { on, off } }),
  ...more,
});

const nestedIn = (levels: number): unknown => (levels === 0 ? 1 : { a: nestedIn(levels - 1) });

export const examples = (): Examples => ({
  'FH-VARIANT-08': { failing: variants('x', 'x'), passing: variants('x', 'y') },
  'FH-VARIANT-10': { failing: variants(nestedIn(9), { a: {} }), passing: variants(nestedIn(8), { a: {} }) },
  'FH-VARIANT-11': {
    failing: variants('x'.repeat(999), 'y', withPolicy({ maxVariantBytes: 1_000 })),
    passing: variants('x'.repeat(998), 'y', withPolicy({ maxVariantBytes: 1_000 })),
  },
  'FH-VARIANT-12': {
    failing: variants({ a: 1, b: 2 }, { a: 0 }),
    passing: variants({ a: 1, b: 2 }, { a: 0, b: null }),
  },
  'FH-VARIANT-13': { failing: variants({ a: 1 }, { a: '0' }), passing: variants({ a: 1 }, { a: 0 }) },
  'FH-VARIANT-14': {
    failing: variants(1, 0, withFacts({ before: { ...exampleBefore, type: 'boolean' } })),
    passing: variants(true, false, withFacts({ before: { ...exampleBefore, type: 'boolean' } })),
  },
  'FH-VARIANT-16': { failing: variants('new ', 'old'), passing: variants('new', 'old') },
  'FH-VARIANT-19': {
    failing: { ...withDocument({ variants: { on: 'true', off: 'false' } }) },
    passing: { ...withDocument({ variants: { on: 'true', off: 'no' } }) },
  },
  'FH-VARIANT-20': {
    failing: withDocument({ variants: { on: 9_000_000_000, off: 0 } }),
    passing: withDocument({ variants: { on: 2_147_483_647, off: 0 } }),
  },
});
