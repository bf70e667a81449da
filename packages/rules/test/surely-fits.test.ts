import fc from 'fast-check';
import * as z from 'zod/mini';
import { facts, readFact } from '../lib/evidence.ts';
import { exampleEvidence, requiring } from '../lib/examples/envelope.ts';
import { examples } from '../lib/examples/examples.ts';
import { summarySchema } from '../lib/summary.ts';
import { surelyFits } from '../lib/surely-fits.ts';

const schema = z.object({
  text: z.string(),
  order: z.int().check(z.gte(1), z.lt(10)),
  most: z.number().check(z.lte(3), z.gt(-1)),
  state: z.enum(['live', 'killed']),
  audience: z.union([z.literal('*'), z.array(z.string()).check(z.minLength(1))]),
  list: z.array(z.object({ isOn: z.boolean(), name: z.nullable(z.string()) })),
});
const fitting = { text: '', order: 1, most: 3, state: 'live', audience: '*', list: [{ isOn: true, name: null }] };

const odd = fc.oneof(
  fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, -0, 0, 1, 1.5, 10, 2 ** 53, '', '*', 'live'),
  fc.constantFrom<unknown>([], [''], [1], {}, [{ isOn: true, name: 'x' }], [{ isOn: true, name: 'x', more: 1 }]),
  fc.anything(),
);
const changed = fc
  .dictionary(fc.constantFrom(...Object.keys(fitting), 'more', '__proto__'), odd, { maxKeys: 2 })
  .map((members) => ({ ...fitting, ...members }));

it('is sure of a value only where parsing gives back an equal one', () => {
  const isSure = surelyFits(schema);
  let sure = 0;
  fc.assert(
    fc.property(changed, (value) => {
      if (!isSure(value)) return;
      sure += 1;
      expect(z.parse(schema, value)).toEqual(value);
    }),
    { numRuns: 5_000 },
  );
  expect(sure).toBeGreaterThan(500);
  expect(isSure(fitting)).toBe(true);
});

it.each<[string, Record<string, unknown>]>([
  ['a member too many', { more: 1 }],
  ['another type', { text: 1 }],
  ['no integer', { order: 1.5 }],
  ['a number too large', { order: 10 }],
  ['a number too small', { order: 0 }],
  ['a number at an open bound', { most: -1 }],
  ['a word that is not among those known', { state: 'archived' }],
  ['a list too short', { audience: [] }],
  ['an item of another form', { list: [{ isOn: true }] }],
])('is not sure of %s', (_name, members) => {
  expect(surelyFits(schema)({ ...fitting, ...members })).toBe(false);
});

it.each<[string, z.core.$ZodType]>([
  ['a default', z._default(z.string(), 'x')],
  ['a form of text', z.email()],
  ['a check it does not know', z.string().check(z.startsWith('a'))],
  ['a change of the value', z.string().check(z.trim())],
  ['a rule of its own', z.string().check(z.refine(() => false))],
  ['an object that keeps what it does not know', z.looseObject({})],
])('is never sure of a schema with %s', (_name, of) => {
  expect(['a@b.de', 'abc', {}].some(surelyFits(of))).toBe(false);
});

it('is sure of what home seals as the revision before, since that comes with every change', () => {
  expect(surelyFits(summarySchema)(exampleEvidence.before)).toBe(true);
});

it('leaves every fact of the examples as it was, but for what parsing fills in', () => {
  const evidences = [requiring().evidence, ...Object.values(examples).map(({ failing }) => failing.evidence)];
  for (const evidence of evidences) {
    for (const fact of facts.filter((name) => name !== 'policy')) {
      const sealed = Object(evidence)[fact];
      if (sealed !== undefined) expect({ read: readFact(evidence, fact) }).toMatchObject({ read: sealed });
    }
  }
});
