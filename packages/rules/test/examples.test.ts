import { join } from 'node:path';
import { parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { outsideJest } from '@flaghoist/test-kit/outside-jest';
import { allRules } from '../lib/catalogue.ts';
import { archival, creation, exampleEnvelope, kill } from '../lib/examples/envelope.ts';
import { examples } from '../lib/examples/examples.ts';
import type { Phase } from '../lib/rule.ts';
import { validate } from '../lib/validate.ts';
import type { missedWithout } from './examples/switched-off.ts';

const both: readonly Phase[] = ['change', 'standing'];
const idsOf = (violations: readonly { ruleId: string }[]): string[] => [
  ...new Set(violations.map(({ ruleId }) => ruleId)),
];

/** By the rule that is switched off: the rules whose failing example is missed then. */
type Missed = ReturnType<typeof missedWithout>;
let missed: Missed = {};

/** Not a statement about speed: a machine may be slow and busy. */
const AGAINST_HANGING_MS = 3_600_000;

// All examples under each catalogue that lacks one rule: tens of thousands of judgements.
beforeAll(async () => {
  const half = allRules.length / 2;
  const parts = await Promise.all(
    [0, half].map((from) =>
      outsideJest<typeof missedWithout>(
        join(__dirname, 'examples/switched-off.ts'),
        'missedWithout',
        from,
        from + half,
      ),
    ),
  );
  missed = Object.assign({}, ...parts);
}, AGAINST_HANGING_MS);

it('has one example per rule and no other', () => {
  expect(Object.keys(examples).sort()).toEqual(allRules.map(({ id }) => id).sort());
});

describe.each(allRules)('$id: $title', ({ id }) => {
  const { failing, passing } = examples[id] ?? { failing: {}, passing: {} };

  it('is broken by its failing example, which breaks no other rule', () => {
    expect(idsOf(validate(exampleEnvelope(failing), both).violations)).toEqual([id]);
  });

  it('is kept by the nearest neighbour, which breaks no rule at all', () => {
    expect(validate(exampleEnvelope(passing), both)).toEqual({ violations: [], skipped: [] });
  });

  it('is missed by its own example only when it is switched off', () => {
    expect(missed[id]).toEqual([id]);
  });
});

it.each([
  ['update', {}],
  ['creation', creation],
  ['kill', kill],
  ['archival', archival],
])('passes a plain %s, which is an envelope', (_name, patch) => {
  const envelope = exampleEnvelope(patch);
  expect(parseEnvelope(serialiseEnvelope(envelope))).toEqual(envelope);
  expect(validate(envelope, both)).toEqual({ violations: [], skipped: [] });
});
