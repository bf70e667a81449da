import { isObject } from '@flaghoist/core/json';
import type { Definition } from '../definition.ts';
import { type Examples, withDocument, withPolicy } from '../examples/envelope.ts';
import { findInMembers } from '../find-in-members.ts';
import { type Members, typeBit } from '../members.ts';
import { DIGIT, isNameOf, JOINT, LETTER } from '../name-form.ts';
import { lowered } from '../plain-text.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject, standing } from '../rule.ts';
import { typeOf } from '../summary.ts';

/** The variants, once `FH-VARIANT-01` has passed; none for a tombstone. */
export const variantsOf = ({ variants }: Pick<Subject, 'variants'>): Readonly<Record<string, unknown>> =>
  variants.object;

/** Names for a message: sorted, so that it does not depend on how the document was formatted. */
export const quoted = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.toSorted().slice(0, 5).map(show).join(', ') + (names.length > 5 ? ', …' : '');

/** What was expected where a name stands for one of these. */
export const oneOf = (names: readonly string[]): string =>
  names.length === 0 ? 'there is none to choose from' : `expected one of ${quoted(names)}`;

const present = standing({
  id: 'FH-VARIANT-01',
  title: 'A flag has at least one variant',
  rationale:
    'Without variants there is nothing to serve: flagd’s JavaScript loader refuses the whole file for one such flag.',
  after: ['FH-DOC-02'],
  check: (subject) => {
    if (subject.document === null || subject.variants.names.length > 0) return fine;
    const { variants } = subject.definition;
    return [
      {
        pointer: '/document/variants',
        message: `The variants are ${isObject(variants) ? 'empty' : show(variants)}; expected an object with at least one.`,
        hint: 'Name each value the flag can take, such as { "on": true, "off": false }.',
      },
    ];
  },
});

const servable = ['boolean', 'string', 'number', 'object'];

const servableTypes = typeBit.boolean | typeBit.text | typeBit.number | typeBit.object;

/** One bit or none, and that of a type that can be served. */
const haveOneType = ({ types }: Members): boolean => (types & (types - 1)) === 0 && (types & ~servableTypes) === 0;

const oneType = standing({
  id: 'FH-VARIANT-02',
  title: 'All variants have one type: boolean, string, number or object',
  rationale:
    'A client asks for one type. A variant of another type is an error in exactly those services that meet it.',
  after: ['FH-VARIANT-01'],
  check: (subject) => {
    if (haveOneType(subject.variants)) return fine;
    const findings: Finding[] = [];
    const variants = variantsOf(subject);
    const names = subject.variants.names.toSorted();
    const wanted = names.map((name) => typeOf(variants[name])).find((kind) => servable.includes(kind));
    const expected =
      wanted === undefined ? 'a boolean, text, a number or an object' : `${wanted}, as the first of the others is`;
    for (const name of names) {
      const value = variants[name];
      subject.spend();
      if (typeOf(value) === wanted) continue;
      findings.push({
        pointer: pointerTo('document', 'variants', name),
        message: `The variant is of type ${typeOf(value)}; expected ${expected}.`,
        hint: Array.isArray(value)
          ? 'flagd serves no arrays: put the list into an object, such as { "values": [] }.'
          : 'Give all variants the type that the callers ask for.',
      });
    }
    return findings;
  },
});

/** Whether flagd leaves the default to the callers' code. */
const namesNone = ({ defaultVariant }: Definition): boolean =>
  defaultVariant === undefined || defaultVariant === null || defaultVariant === '';

const defaultNamed = standing({
  id: 'FH-VARIANT-03',
  title: 'A default variant is one of the variants',
  rationale: 'flagd’s JavaScript loader refuses the whole file for one flag whose default variant does not exist.',
  after: ['FH-VARIANT-01'],
  changed: { version: 2 },
  check: (subject) => {
    if (subject.document === null || namesNone(subject.definition)) return fine;
    const name = subject.definition.defaultVariant;
    const variants = variantsOf(subject);
    if (typeof name === 'string' && Object.hasOwn(variants, name)) return fine;
    // Where a kill has set it, it is the off variant that is wrong, and FH-KILL-01 says so.
    if (subject.envelope.flagState === 'killed' && name === subject.envelope.offVariant) return fine;
    return [
      {
        pointer: '/document/defaultVariant',
        message: `The default variant is ${show(name)}; ${oneOf(Object.keys(variants))}.`,
        hint: 'Set defaultVariant to a variant of this flag.',
      },
    ];
  },
});

const named = standing({
  id: 'FH-VARIANT-05',
  title: 'A variant has a name that can be written and read',
  rationale:
    'flagd’s schema refuses the empty name; a blank at its end is seen by nobody, and no branch names the variant that it makes.',
  after: ['FH-VARIANT-01'],
  changed: { version: 2 },
  check: (subject) =>
    findInMembers(subject, subject.variants, (name) => {
      if (name.length <= 64 && name !== '' && name.trim() === name) return fine;
      return broken(
        pointerTo('document', 'variants', name),
        `The name is ${show(name)}; expected 1 to 64 characters, with no blank at either end.`,
        'Choose a short name.',
      );
    }),
});

export const standingRules: readonly AnyRule[] = [present, oneType, defaultNamed, named];

const yes = new Set('on true yes enabled enable active allow allowed open'.split(' '));
const no = new Set('off false no disabled disable inactive deny denied closed'.split(' '));

export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-VARIANT-04',
    title: 'A flag has more than one variant',
    rationale: 'With one variant it switches nothing: a constant that is read over the network.',
    severity: 'warning',
    after: ['FH-VARIANT-01'],
    check: (subject) => {
      const { names } = subject.variants;
      if (names.length !== 1) return fine;
      return broken(
        '/document/variants',
        `The only variant is ${quoted(names)}; expected a choice.`,
        'Add the variant that callers get when the flag is off.',
      );
    },
  }),
  onChange({
    id: 'FH-VARIANT-17',
    title: 'A flag names its default variant',
    rationale: 'flagd lets it be missing, and then each of 156 services serves the default it was compiled with.',
    severity: 'warning',
    since: 2,
    after: ['FH-VARIANT-01'],
    check: ({ document, definition }) =>
      document === null || !namesNone(definition)
        ? fine
        : broken(
            '/document/defaultVariant',
            `The default variant is ${show(definition.defaultVariant)}; expected the name of a variant.`,
            'Name the variant that callers get whom targeting does not match.',
          ),
  }),
  onChange({
    id: 'FH-VARIANT-18',
    title: 'A variant has a name that telemetry and logs can carry',
    rationale:
      'OpenTelemetry reports it as feature_flag.result.variant, and dashboards group by it: a name with a space or a quote has to be escaped in each query.',
    severity: 'warning',
    since: 2,
    after: ['FH-VARIANT-05'],
    check: (subject) =>
      findInMembers(subject, subject.variants, (name) => {
        if (isNameOf(name, LETTER | DIGIT, LETTER | DIGIT | JOINT)) return fine;
        return broken(
          pointerTo('document', 'variants', name),
          `The name is ${show(name)}; expected letters, digits, dots, dashes or underscores, a letter or digit first.`,
          'Choose a name that is one word.',
        );
      }),
  }),
  onChange({
    id: 'FH-VARIANT-06',
    title: 'Names of variants differ by more than capital letters',
    rationale: 'Whoever kills a flag in a hurry picks `Off` for `off`; databases that ignore case count both as one.',
    after: ['FH-VARIANT-05'],
    check: (subject) => {
      const seen = new Map<string, string>();
      return subject.variants.names.toSorted().flatMap((name) => {
        subject.spend();
        const first = seen.get(name.toLowerCase());
        seen.set(name.toLowerCase(), first ?? name);
        if (first === undefined) return [];
        return broken(
          pointerTo('document', 'variants', name),
          `The name ${show(name)} differs from ${show(first)} by capital letters only; expected other letters.`,
          'Rename one of them, in targeting too.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-VARIANT-07',
    title: 'A boolean variant’s name does not say the opposite of its value',
    rationale: 'An operator reads the name and the code reads the value: setting `off` would switch the feature on.',
    after: ['FH-VARIANT-02'],
    about: 'booleans',
    check: (subject) => {
      return findInMembers(subject, subject.variants, (name, value) => {
        const contrary = value === true ? no : value === false ? yes : undefined;
        if (!contrary?.has(lowered(name))) return fine;
        return broken(
          pointerTo('document', 'variants', name),
          `The variant ${show(name)} is ${show(value)}; expected ${show(!value)}.`,
          'Swap the values, or name the variants by what they do.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-VARIANT-09',
    title: 'A flag has a bounded number of variants',
    rationale: 'Each is a label value in the metrics of 156 services; a flag with hundreds of values is a table.',
    needs: ['policy'],
    after: ['FH-VARIANT-01'],
    check: (subject) => {
      const count = subject.variants.names.length;
      const limit = subject.facts.policy.maxVariants;
      if (count <= limit) return fine;
      return broken(
        '/document/variants',
        `There are ${count} variants; at most ${limit} are allowed.`,
        'Keep the values in a data store and put the name of the set into the flag.',
      );
    },
  }),
];

const amounts = { on: 1, off: 0 };

/** Targeting that serves this variant too. */
const served = (name: string): Record<string, unknown> => ({
  targeting: { if: [{ '==': [{ var: 'country' }, 'DE'] }, 'on', name] },
});

export const examples = (): Examples => ({
  'FH-VARIANT-01': { failing: withDocument({ variants: {} }), passing: {} },
  'FH-VARIANT-02': {
    failing: withDocument({ variants: { on: 1, off: '0' } }),
    passing: withDocument({ variants: { on: 1, off: 0 } }),
  },
  'FH-VARIANT-03': {
    failing: withDocument({ defaultVariant: 'constructor' }),
    passing: withDocument({ defaultVariant: 'on' }),
  },
  'FH-VARIANT-04': {
    failing: withDocument({ variants: { off: false }, targeting: {} }),
    passing: withDocument({ variants: { off: false, on: true }, targeting: {} }),
  },
  'FH-VARIANT-05': {
    failing: withDocument({ variants: { ...amounts, 'all ': 2 }, ...served('all ') }),
    passing: withDocument({ variants: { ...amounts, all: 2 }, ...served('all') }),
  },
  'FH-VARIANT-17': {
    failing: withDocument({ defaultVariant: null }),
    passing: withDocument({ defaultVariant: 'off' }),
  },
  'FH-VARIANT-18': {
    failing: withDocument({ variants: { ...amounts, 'for all': 2 }, ...served('for all') }),
    passing: withDocument({ variants: { ...amounts, 'for-all': 2 }, ...served('for-all') }),
  },
  'FH-VARIANT-06': {
    failing: withDocument({ variants: { ...amounts, ON: 2 }, ...served('ON') }),
    passing: withDocument({ variants: { ...amounts, ONE: 2 }, ...served('ONE') }),
  },
  'FH-VARIANT-07': {
    failing: withDocument({ variants: { off: false, on: false } }),
    passing: withDocument({ variants: { off: false, on: true } }),
  },
  'FH-VARIANT-09': {
    failing: {
      ...withDocument({ variants: { ...amounts, more: 2 }, ...served('more') }),
      ...withPolicy({ maxVariants: 2 }),
    },
    passing: {
      ...withDocument({ variants: { ...amounts, more: 2 }, ...served('more') }),
      ...withPolicy({ maxVariants: 3 }),
    },
  },
});
