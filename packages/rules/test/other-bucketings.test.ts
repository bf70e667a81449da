import { exampleEnvelope, withDocument, withFacts } from '../lib/examples/envelope.ts';
import { validate } from '../lib/validate.ts';

/* What a person reads whose flag draws, for services that draw otherwise: which they are, how many, and the way out. */

const HALVES = {
  fractional: [
    ['on', 50],
    ['off', 50],
  ],
};
type Others = NonNullable<Parameters<typeof withFacts>[0]['otherBucketings']>;

const said = (otherBucketings: Others) => {
  const patch = { ...withDocument({ targeting: HALVES }), ...withFacts({ otherBucketings }) };
  return validate(exampleEnvelope(patch), ['change', 'standing']).violations;
};

it.each<[string, Others, string]>([
  [
    'names all of a few services, and does not count them',
    [{ bucketing: 'v3', services: ['cards', 'ledger'], count: 2 }],
    'v3 in "cards", "ledger"',
  ],
  [
    'counts the services that it does not name',
    [{ bucketing: 'v1', services: ['cards', 'ledger', 'loans'], count: 78 }],
    'v1 in "cards", "ledger", "loans" and 75 more',
  ],
  [
    'counts a single one that it does not name',
    [{ bucketing: 'v2', services: ['cards'], count: 2 }],
    'v2 in "cards" and 1 more',
  ],
  [
    'tells one way of drawing from the next',
    [
      { bucketing: 'v1', services: ['cards'], count: 1 },
      { bucketing: 'v3', services: ['ledger'], count: 9 },
    ],
    'v1 in "cards"; v3 in "ledger" and 8 more',
  ],
])('%s', (_what, others, found) => {
  expect(said(others)).toEqual([
    {
      ruleId: 'FH-ROLLOUT-21',
      severity: 'error',
      pointer: '/document/targeting/fractional',
      message: `Services of the audience draw callers otherwise than the agents do: ${found}. Their clients would not get the flag.`,
      hint: 'Let these services evaluate through the agent ("evaluates": "remote" in topology.json), name an audience without them, or choose callers by a list instead of "fractional". No waiver helps.',
    },
  ]);
});

it('says nothing where all draw as the agents do', () => {
  expect(said([])).toEqual([]);
});
