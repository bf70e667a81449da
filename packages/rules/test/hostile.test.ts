import { type Envelope, parseEnvelope, seal, serialiseEnvelope } from '@flaghoist/core/envelope';
import type { Proposal } from '@flaghoist/core/proposal';
import fc from 'fast-check';
import { exampleDocument, exampleEnvelope, type Patch } from '../lib/examples/envelope.ts';
import type { Validation } from '../lib/run-rules.ts';
import { unsealable } from '../lib/unsealable.ts';
import { validate } from '../lib/validate.ts';

/** A value that the type system would not let through: what a caller without a schema might pass. */
const smuggled = (value: unknown): Envelope => {
  const holder: { envelope: Envelope } = JSON.parse('{"envelope":null}');
  Object.assign(holder, { envelope: value });
  return holder.envelope;
};
const judge = (value: unknown): Validation => validate(smuggled(value), ['change', 'standing']);

const name = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'variants',
    'state',
    'defaultVariant',
    'targeting',
    '',
    '/',
    '~',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const odd = fc.constantFrom(
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  1e308,
  '\ud800',
  '\u202e',
  '\u0000',
  'NaN',
  null,
  undefined,
);
const hostile: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, odd, fc.anything(), fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: false }),
})).value;

const fields = Object.keys(exampleEnvelope());

it('never throws and changes no prototype, whatever it is given', () => {
  fc.assert(
    fc.property(hostile, fc.uniqueArray(fc.constantFrom(...fields), { maxLength: 4 }), (value, replaced) => {
      judge(value);
      judge({ ...exampleEnvelope(), ...Object.fromEntries(replaced.map((field) => [field, value])) });
      judge({ ...exampleEnvelope(), document: { ...exampleDocument, variants: value, targeting: value } });
    }),
    { numRuns: 2_000 },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
});

it('finds something wrong with everything that is not an envelope', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(judge(value).violations).not.toEqual([]);
    }),
  );
});

const cyclic: Record<string, unknown> = { ...exampleDocument };
cyclic['metadata'] = [cyclic, cyclic, cyclic];
let deep: unknown = {};
for (let level = 0; level < 200_000; level += 1) deep = [deep];
const trap = new Proxy(
  {},
  {
    get: () => {
      throw new Error('trap');
    },
    ownKeys: () => {
      throw new Error('trap');
    },
  },
);

it.each<[string, unknown]>([
  ['a cycle', cyclic],
  ['200,000 levels', { ...exampleDocument, targeting: deep }],
  ['a million values', { ...exampleDocument, metadata: Array(1_000_000).fill(0) }],
  ['a huge string', { ...exampleDocument, metadata: 'x'.repeat(20_000_000) }],
  ['a proxy that throws', trap],
])('refuses a document with %s', (_name, document) => {
  expect(judge({ ...exampleEnvelope(), document }).violations).not.toEqual([]);
});

it('judges the same bytes alike, as often as it is asked', () => {
  const json = fc.dictionary(name, fc.jsonValue(), { maxKeys: 5 });
  fc.assert(
    fc.property(json, json, (document, metadata) => {
      const patch: Patch = { document: { ...exampleDocument, ...document, metadata } };
      const envelope = exampleEnvelope(patch);
      const first = judge(envelope);
      expect(judge(envelope)).toEqual(first);
      if (unsealable(proposalWith(envelope)).length > 0) return;
      expect(judge(parseEnvelope(serialiseEnvelope(envelope)))).toEqual(first);
    }),
  );
});

const proposalWith = ({ flagKey, document, change, at }: Envelope): Proposal => ({
  flagKey,
  kind: 'updated',
  basedOn: null,
  document: document ?? {},
  change,
  proposedAt: at.proposed,
});

it('lets nothing through to sealing that has no digest', () => {
  fc.assert(
    fc.property(fc.dictionary(name, hostile, { maxKeys: 4 }), (metadata) => {
      // As JSON brings it in: no undefined, no functions; infinity and lone surrogates it does.
      const text = JSON.stringify(metadata, (_key, value) =>
        value === Number.POSITIVE_INFINITY ? '\u0001inf' : value,
      );
      const document = JSON.parse(text.replaceAll('"\\u0001inf"', '1e999'));
      const envelope = exampleEnvelope();
      const obstacles = unsealable(proposalWith({ ...envelope, document }));
      if (obstacles.length === 0) expect(() => seal({ ...envelope, document })).not.toThrow();
      else expect(judge({ ...envelope, document }).violations).toEqual(expect.arrayContaining(obstacles));
    }),
  );
});
