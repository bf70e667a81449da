import { exampleEnvelope, withDocument } from '../lib/examples/envelope.ts';
import { pointerOf } from '../lib/targeting/place.ts';
import { reachOf } from '../lib/targeting/reach.ts';
import { targetingOf } from '../lib/targeting/targeting.ts';
import { validate } from '../lib/validate.ts';

const age = { var: 'age' };

it('says who may get what, through branches, rollouts and shared evaluators', () => {
  const { document } = exampleEnvelope(
    withDocument({
      variants: { on: 1, off: 0, half: 2, rest: 3 },
      targeting: {
        if: [
          age,
          {
            fractional: [
              ['on', 25],
              ['half', 75],
            ],
          },
          { $ref: 'others' },
        ],
      },
    }),
  );
  const source = {
    $evaluators: {
      others: {
        if: [
          age,
          null,
          {
            fractional: [
              ['rest', 1],
              ['on', 1],
            ],
          },
        ],
      },
    },
  };
  const targeting = targetingOf(document, source);
  const reach = [...reachOf(document, targeting.evaluators, { listed: 1 })].map(([name, { atMost }]) => [name, atMost]);
  expect(Object.fromEntries(reach)).toEqual({ on: 0.75, half: 0.75, off: 1, rest: 0.5 });
  expect(targeting.results.map(({ place }) => pointerOf(place))).toContain(
    '/source/$evaluators/others/if/2/fractional/0/0',
  );
});

it('looks at an evaluator once, also at one that refers to itself', () => {
  const rule = { or: [{ $ref: 'a' }, { $ref: 'a' }] };
  const { operations } = targetingOf({ targeting: rule }, { $evaluators: { a: { and: [{ $ref: 'a' }, age] } } });
  expect(operations.map(({ operator }) => operator)).toEqual(['or', '$ref', '$ref', 'and', '$ref', 'var']);
});

it('passes the first flag of a newcomer without a word', () => {
  const envelope = exampleEnvelope({
    flagKey: 'instant-payments-to-new-payees',
    kind: 'created',
    revision: 1,
    previousEnvelopeDigest: null,
    owner: 'team-payments',
    document: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      targeting: { if: [{ in: [{ var: 'channel' }, ['branch', 'phone']] }, 'on', 'off'] },
    },
    evidence: { ...exampleEnvelope().evidence, current: null, before: null, knownGood: null },
    change: {
      id: 'change-0001',
      actor: 'newcomer@example.com',
      authentication: 'local',
      reason: 'Try it out with two channels.',
      ticket: 'DEMO-1',
    },
  });
  expect(validate(envelope, ['change', 'standing'])).toEqual({ violations: [], skipped: [] });
});

it('says one thing of an if whose branches are the same: that they are', () => {
  const targeting = { if: [{ '==': [{ var: 'country' }, 'DE'] }, 'off', 'off'] };
  const { violations } = validate(exampleEnvelope(withDocument({ targeting })), ['change', 'standing']);
  expect(violations.map(({ ruleId }) => ruleId)).toEqual(['FH-TARGET-18']);
});
