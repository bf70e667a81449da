import fc from 'fast-check';
import { normaliseValue } from '../lib/normalise-value.ts';
import { secretsIn } from '../lib/secrets.ts';
import { fingerprint, leavesOf, originalOf, shown } from '../lib/tree.ts';

const asIs = (text: string): string => text;
const tree = (value: unknown, marks = {}, normalise = asIs) => normaliseValue(value, marks, normalise);

it('opens JSON in a text', () => {
  const [compact, spaced] = ['{"a":[1,{"b":2}]}', '{ "a": [1, {"b": 2}] }'].map((text) => tree(text));
  expect(compact?.kind).toBe('json');
  expect(compact && spaced && fingerprint(compact) === fingerprint(spaced)).toBe(true);
});

it('does not take JSON in a text for the value itself', () => {
  expect(fingerprint(tree('{"a":1}'))).not.toBe(fingerprint(tree({ a: 1 })));
});

it('leaves numbers of JSON text alone that would lose digits', () => {
  expect(fingerprint(tree('{"a":12345678901234567}'))).not.toBe(fingerprint(tree('{"a":12345678901234568}')));
});

it('sorts what may be a set again, and keeps any other order', () => {
  const replaced = (text: string): string => text.replace('dev', 'zzz');
  expect(shown(tree(['dev', 'mail'], {}, replaced))).toBe('["mail","dev"]');
  expect(shown(tree(['mail', 'dev'], {}, replaced))).toBe('["mail","dev"]');
  expect(fingerprint(tree(['b', 'a']))).not.toBe(fingerprint(tree(['a', 'b'])));
});

it('marks what is known after apply, also where the value has nothing', () => {
  expect(shown(tree({ a: 1 }, { unknown: { b: true, c: {}, d: [] } }))).toBe('{"a":1,"b":"(known after apply)"}');
  expect(shown(tree({ a: [1, null] }, { unknown: { a: [false, true] } }))).toBe('{"a":[1,"(known after apply)"]}');
});

it('compares sensitive values and shows none', () => {
  const secret = tree({ a: { password: 'hunter2' } }, { sensitive: { a: true } });
  expect(shown(secret)).toBe('{"a":"(sensitive)"}');
  expect(fingerprint(secret)).not.toBe(fingerprint(tree({ a: { password: 'hunter3' } }, { sensitive: { a: true } })));
  expect(fingerprint(secret)).not.toBe(fingerprint(tree({ a: { password: 'hunter2' } })));
});

it('has the same fingerprint for the same data, and another for other data', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(fingerprint(tree(structuredClone(a)))).toBe(fingerprint(tree(a)));
      const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      expect(fingerprint(tree(a)) === fingerprint(tree(b))).toBe(same);
    }),
  );
});

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.entries(value)
    .map(([key, each]) => [key, sorted(each)])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
};

it('counts every value once', () => {
  expect(leavesOf(tree({ a: [1, 2], b: {}, c: { d: null }, e: '{"x":1,"y":2}' }))).toBe(6);
});

it('takes a text for the one that it is made of, and shows it as it stands', () => {
  const content = tree({ stage: 'x', debug: true });
  const decoded = (text: string) =>
    text === 'eA==' ? ({ kind: 'encoded', by: 'base64', raw: text, content } as const) : undefined;
  const normalise = Object.assign((text: string) => text, { decoded });
  const made = tree({ a: 'eA==', b: 'eQ==' }, {}, normalise);
  expect(shown(made)).toBe('{"a":"eA==","b":"eQ=="}');
  expect(leavesOf(made)).toBe(3);
  expect(originalOf(made)).toEqual({ a: 'eA==', b: 'eQ==' });
  expect(fingerprint(made)).not.toBe(fingerprint(tree({ a: 'eA==', b: 'eQ==' })));
  expect(fingerprint(tree(['eA=='], {}, normalise))).not.toBe(fingerprint(tree([content])));
  expect([...secretsIn([tree('eA==', { sensitive: true }, normalise)])]).toEqual(['eA==']);
});

it('leaves JSON closed that nobody writes by hand, however deep it is', () => {
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  expect(tree(deep(200)).kind).toBe('json');
  for (const depth of [201, 3_000, 100_000]) expect(tree(deep(depth)).kind).toBe('scalar');
  // Brackets in its texts are none.
  expect(tree(JSON.stringify({ a: `\\"${'['.repeat(300)}`, b: [] })).kind).toBe('json');
});
