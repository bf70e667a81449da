import { join } from 'node:path';
import { outsideJest } from '@flaghoist/test-kit/outside-jest';
import { exampleDocument, exampleEnvelope } from '../lib/examples/envelope.ts';
import { unsealable } from '../lib/unsealable.ts';
import { validate } from '../lib/validate.ts';
import { Hostile } from './fuzz/hostile.ts';
import type { judgeInputs } from './fuzz/judge-inputs.ts';
import { type judgeLeaf, leaves } from './fuzz/leaves.ts';

type Judged = ReturnType<typeof judgeInputs>;

const INPUTS = 100_000;
const base = exampleEnvelope();

/** Not a statement about speed: a machine may be slow and busy. */
const AGAINST_HANGING_MS = 3_600_000;

const judged = (from: number, to: number): Promise<Judged> =>
  outsideJest<typeof judgeInputs>(join(__dirname, 'fuzz/judge-inputs.ts'), 'judgeInputs', from, to);

it(
  'passes 100,000 hostile inputs without throwing, changing a prototype, or a rule that fails itself or exceeds its steps',
  async () => {
    const halves = await Promise.all([judged(0, INPUTS / 2), judged(INPUTS / 2, INPUTS)]);
    expect(halves.flatMap(({ failed }) => failed)).toEqual([]);
    expect(halves.reduce((sum, half) => sum + half.judged, 0)).toBe(INPUTS);
  },
  AGAINST_HANGING_MS,
);

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

it.each(Object.keys(leaves))(
  'has no rule that fails itself on %s, wherever in the document it stands',
  async (name) => {
    const { judged, failed } = await outsideJest<typeof judgeLeaf>(
      join(__dirname, 'fuzz/leaves.ts'),
      'judgeLeaf',
      name,
    );
    expect(failed).toEqual([]);
    expect(judged).toBeGreaterThan(1_000);
  },
  AGAINST_HANGING_MS,
);
