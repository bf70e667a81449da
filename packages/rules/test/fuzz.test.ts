import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exampleDocument, exampleEnvelope } from '../lib/examples/envelope.ts';
import { unsealable } from '../lib/unsealable.ts';
import { validate } from '../lib/validate.ts';
import { Hostile } from './fuzz/hostile.ts';
import { seeds } from './fuzz/inputs.ts';
import { failuresOn, type judgeInputs } from './fuzz/judge-inputs.ts';

type Judged = ReturnType<typeof judgeInputs>;

const INPUTS = 100_000;
const base = exampleEnvelope();

/** In a process of its own: inside of jest everything takes three times as long. A throw there is a failure here. */
const judged = async (from: number, to: number): Promise<Judged> => {
  const file = JSON.stringify(join(__dirname, 'fuzz', 'judge-inputs.ts'));
  const script = `import(${file}).then((it) => console.log(JSON.stringify(it.judgeInputs(${from}, ${to}))))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--eval', script]);
  return JSON.parse(stdout);
};

it('passes 100,000 hostile inputs without throwing, changing a prototype, or a rule that fails itself', async () => {
  const halves = await Promise.all([judged(0, INPUTS / 2), judged(INPUTS / 2, INPUTS)]);
  expect(halves.flatMap(({ failed }) => failed)).toEqual([]);
  expect(halves.reduce((sum, half) => sum + half.judged, 0)).toBe(INPUTS);
}, 300_000);

it.each<[string, unknown]>([
  ['160,000 members', Object.fromEntries(Array.from({ length: 160_000 }, (_, index) => [`k${index}`, index]))],
  ['a list of a million values', Array(1_000_000).fill('on')],
  ['a text of 20 MB', 'a'.repeat(20_000_000)],
  ['a text of 20 MB of marks', 'e\u0301'.repeat(10_000_000)],
  ['100,000 levels of operators', new Hostile(1).nest(100_000)],
  [
    '6,000 branches',
    { if: Array.from({ length: 6_001 }, (_, index) => (index % 2 === 0 ? { '==': [{ var: 'a' }, index] } : 'on')) },
  ],
  ['6,000 buckets', { fractional: Array.from({ length: 6_000 }, (_, index) => [index % 2 === 0 ? 'on' : 'off', 1]) }],
  ['evaluators that refer to each other', { $ref: 'a' }],
])('ends on %s', (_name, value) => {
  const source = { $evaluators: { a: { $ref: 'b' }, b: { $ref: 'a' } } };
  for (const member of ['variants', 'targeting', 'metadata']) {
    const envelope = { ...base, document: { ...exampleDocument, [member]: value }, source };
    const { violations } = validate(envelope, ['change', 'standing']);
    expect(violations).not.toEqual([]);
    expect(violations.map(({ ruleId }) => ruleId)).not.toContain('FH-RULES-01');
    unsealable({
      flagKey: 'x',
      kind: 'created',
      basedOn: null,
      document: envelope.document,
      change: base.change,
      proposedAt: 0,
    });
  }
});

/** Copies of a JSON value, in each of which another leaf is replaced. */
const withEachLeaf = (value: unknown, leaf: unknown): unknown[] => {
  if (typeof value !== 'object' || value === null) return [leaf];
  return Object.entries(value).flatMap(([name, member]) =>
    withEachLeaf(member, leaf).map((copy) =>
      Array.isArray(value) ? value.with(Number(name), copy) : { ...value, [name]: copy },
    ),
  );
};

it.each<[string, unknown]>([
  ['infinity', Number.POSITIVE_INFINITY],
  ['half a surrogate pair', '\ud800'],
  ['a nest without end', new Hostile(1).nest(20_000)],
  ['nothing', null],
  ['an empty list', []],
  ['a polluting name', JSON.parse('{"__proto__":{"polluted":true}}')],
])('has no rule that fails itself on %s, wherever in the document it stands', (_name, leaf) => {
  const failed = seeds.flatMap((seed) =>
    withEachLeaf({ document: { ...exampleDocument, ...seed.document }, source: seed.source ?? null }, leaf).flatMap(
      (parts) => failuresOn({ ...base, ...seed, ...Object(parts) }),
    ),
  );
  expect([...new Set(failed)]).toEqual([]);
});
