import { type Examples, withDocument } from '../examples/envelope.ts';
import { isObject, own } from '../plain-object.ts';
import { pointerTo, show } from '../pointer.ts';
import type { AnyRule, Finding, Rule, Subject } from '../rule.ts';
import { fine } from '../rule.ts';

/** The variants, once `FH-VARIANT-01` has passed; none for a tombstone. */
export const variantsOf = ({ document }: Pick<Subject, 'document'>): Readonly<Record<string, unknown>> => {
  const variants = document === null ? undefined : own(document, 'variants');
  return isObject(variants) ? variants : {};
};

/** Names for a message: sorted, so that it does not depend on how the document was formatted. */
export const quoted = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.toSorted().slice(0, 5).map(show).join(', ') + (names.length > 5 ? ', …' : '');

const present: Rule = {
  id: 'FH-VARIANT-01',
  title: 'A flag has at least one variant',
  rationale: 'Without variants there is nothing to serve, and flagd answers with the caller’s own default.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-DOC-02'],
  check: ({ document }) => {
    if (document === null) return fine;
    const variants = own(document, 'variants');
    if (isObject(variants) && Object.keys(variants).length > 0) return fine;
    return [
      {
        pointer: '/document/variants',
        message: `The variants are ${isObject(variants) ? 'empty' : show(variants)}; expected an object with at least one.`,
        hint: 'Name each value the flag can take, such as { "on": true, "off": false }.',
      },
    ];
  },
};

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
};

const servable = ['boolean', 'string', 'number', 'object'];

const oneType: Rule = {
  id: 'FH-VARIANT-02',
  title: 'All variants have one type: boolean, string, number or object',
  rationale:
    'A client asks for one type. A variant of another type is an error in exactly those services that meet it.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-VARIANT-01'],
  check: (subject) => {
    const findings: Finding[] = [];
    const variants = variantsOf(subject);
    const names = Object.keys(variants).sort();
    const wanted = names.map((name) => kindOf(variants[name])).find((kind) => servable.includes(kind)) ?? 'boolean';
    for (const name of names) {
      const value = variants[name];
      subject.spend();
      if (kindOf(value) === wanted) continue;
      findings.push({
        pointer: pointerTo('document', 'variants', name),
        message: `The variant is of type ${kindOf(value)}; expected ${wanted}, as the others are.`,
        hint: 'Give all variants the type that the callers ask for.',
      });
    }
    return findings;
  },
};

const defaultNamed: Rule = {
  id: 'FH-VARIANT-03',
  title: 'The default variant is one of the variants',
  rationale: 'flagd lets it be missing, and then each of 156 services serves the default it was compiled with.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: ['FH-VARIANT-01'],
  check: (subject) => {
    if (subject.document === null) return fine;
    const name = own(subject.document, 'defaultVariant');
    const variants = variantsOf(subject);
    if (typeof name === 'string' && Object.hasOwn(variants, name)) return fine;
    // Where a kill has set it, it is the off variant that is wrong, and FH-KILL-01 says so.
    if (subject.envelope.flagState === 'killed' && name === subject.envelope.offVariant) return fine;
    return [
      {
        pointer: '/document/defaultVariant',
        message: `The default variant is ${show(name)}; expected one of ${quoted(Object.keys(variants))}.`,
        hint: 'Set defaultVariant to a variant of this flag.',
      },
    ];
  },
};

const choice: Rule = {
  id: 'FH-VARIANT-04',
  title: 'A flag has more than one variant',
  rationale: 'With one variant it switches nothing: a constant that is read over the network.',
  severity: 'warning',
  appliesTo: ['created', 'updated', 'restored'],
  phase: 'change',
  since: 1,
  needs: [],
  after: ['FH-VARIANT-01'],
  check: (subject) => {
    const names = Object.keys(variantsOf(subject));
    if (names.length !== 1) return fine;
    return [
      {
        pointer: '/document/variants',
        message: `The only variant is ${quoted(names)}; expected a choice.`,
        hint: 'Add the variant that callers get when the flag is off.',
      },
    ];
  },
};

export const variantStandingRules: readonly AnyRule[] = [present, oneType, defaultNamed];
export const variantChangeRules: readonly AnyRule[] = [choice];

export const variantExamples = (): Examples => ({
  'FH-VARIANT-01': {
    failing: withDocument({ variants: {} }),
    passing: withDocument({ variants: { on: true, off: false } }),
  },
  'FH-VARIANT-02': {
    failing: withDocument({ variants: { on: 1, off: '0' } }),
    passing: withDocument({ variants: { on: 1, off: 0 } }),
  },
  'FH-VARIANT-03': {
    failing: withDocument({ defaultVariant: 'constructor' }),
    passing: withDocument({ defaultVariant: 'on' }),
  },
  'FH-VARIANT-04': {
    failing: withDocument({ variants: { off: false } }),
    passing: withDocument({ variants: { off: false, on: true } }),
  },
});
