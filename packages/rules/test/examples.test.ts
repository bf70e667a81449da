import { parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { catalogue } from '../lib/catalogue.ts';
import { archival, creation, exampleEnvelope, kill } from '../lib/examples/envelope.ts';
import { examples } from '../lib/examples/examples.ts';
import type { Phase } from '../lib/rule.ts';
import { runRules } from '../lib/run-rules.ts';
import { validate } from '../lib/validate.ts';

const both: readonly Phase[] = ['change', 'standing'];
const idsOf = (violations: readonly { ruleId: string }[]): string[] => [
  ...new Set(violations.map(({ ruleId }) => ruleId)),
];

const failingExamples = Object.entries(examples).map(([id, { failing }]) => [id, exampleEnvelope(failing)] as const);

it('has one example per rule and no other', () => {
  expect(Object.keys(examples).sort()).toEqual(catalogue.map(({ id }) => id).sort());
});

describe.each(catalogue)('$id: $title', ({ id }) => {
  const { failing, passing } = examples[id] ?? { failing: {}, passing: {} };

  it('is broken by its failing example, which breaks no other rule', () => {
    expect(idsOf(validate(exampleEnvelope(failing), both).violations)).toEqual([id]);
  });

  it('is kept by the nearest neighbour, which breaks no rule at all', () => {
    expect(validate(exampleEnvelope(passing), both)).toEqual({ violations: [], skipped: [] });
  });

  it('is missed by its own example only when it is switched off', () => {
    const rest = catalogue.map((rule) => (rule.id === id ? { ...rule, check: () => [] } : rule));
    const missed = failingExamples.filter(
      ([rule, envelope]) => !idsOf(runRules(rest, envelope, both).violations).includes(rule),
    );
    expect(missed.map(([rule]) => rule)).toEqual([id]);
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
