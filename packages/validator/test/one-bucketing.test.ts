import { isMember } from '@flaghoist/core/audience';
import { bucketings, flagDraws } from '@flaghoist/core/bucketing';
import type { FlagDocument } from '@flaghoist/core/envelope';
import { evaluations } from '@flaghoist/core/topology';
import { answerBy } from '@flaghoist/test-kit/bucketing';
import { topologyOf } from '@flaghoist/test-kit/topology';
import fc from 'fast-check';
import { createHome, document, FLAG, HOME, REGIONS } from './support/home.ts';

const NAMES = ['accounts', 'cards', 'ledger', 'loans'];
const CALLERS = Array.from({ length: 40 }, (_, place) => `customer-${place}`);
const HALVES = {
  fractional: [
    ['on', 50],
    ['off', 50],
  ],
};

const homeWith = (evaluates: readonly (typeof evaluations)[number][]) => {
  const home = createHome();
  const services = evaluates.map((each, place) => ({ name: NAMES[place] ?? '', evaluates: each }));
  home.topologies.publish(topologyOf({ version: 2, home: HOME, regions: REGIONS, services }));
  return home;
};

const ruleIds = (outcome: unknown): string[] =>
  ((outcome as { violations?: { ruleId: string }[] }).violations ?? []).map(({ ruleId }) => ruleId);

it('draws differently by each bucketing: of half and half, half of the callers', () => {
  const answers = bucketings.map((bucketing) =>
    CALLERS.map((targetingKey) => answerBy(bucketing, { rule: HALVES, flagKey: FLAG, targetingKey })),
  );
  const different = (a = 0, b = 0) => CALLERS.filter((_, place) => answers[a]?.[place] !== answers[b]?.[place]).length;
  for (const count of [different(0, 1), different(0, 2), different(1, 2)]) {
    expect(count).toBeGreaterThan(CALLERS.length / 5);
    expect(count).toBeLessThan((CALLERS.length * 4) / 5);
  }
});

const drawing = fc.integer({ min: 5, max: 95 }).map((share) => ({
  fractional: [
    ['on', share],
    ['off', 100 - share],
  ],
}));
const listing = fc.constant({ if: [{ '==': [{ var: 'targetingKey' }, 'customer-1'] }, 'on', 'off'] });
const within = (rule: object) => ({ if: [{ '==': [{ var: 'targetingKey' }, 'customer-2'] }, 'off', rule] });
const flags = fc.tuple(fc.oneof(drawing, listing), fc.constantFrom('plain', 'within', 'shared')).map(([rule, how]) => ({
  targeting: how === 'plain' ? rule : how === 'within' ? within(rule) : within({ $ref: 'shared' }),
  evaluators: how === 'shared' ? { shared: rule } : { unused: HALVES },
}));

it('accepts no flag that two services of its audience would answer differently for one caller', async () => {
  const met = { accepted: 0, acceptedDrawing: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...evaluations), { minLength: 2, maxLength: 4 }),
      fc.subarray([0, 1, 2, 3], { minLength: 1 }),
      fc.boolean(),
      flags,
      async (evaluates, chosen, isForAll, { targeting, evaluators }) => {
        const home = homeWith(evaluates);
        const names = chosen.map((place) => NAMES[place % evaluates.length] ?? '');
        const audience = isForAll ? '*' : [...new Set(names)].sort();
        const outcome = await home.decide('created', {
          audience,
          document: { ...document, targeting } as FlagDocument,
          source: { $evaluators: evaluators },
        });
        const accepted = await home.current();
        if (accepted === null) {
          expect(ruleIds(outcome)).toContain('FH-ROLLOUT-21');
          met.refused += 1;
          return;
        }
        const drawers = new Set(
          evaluates
            .filter((_, place) => isMember(accepted.audience, NAMES[place] ?? ''))
            .map((each) => (each === 'remote' ? 'v2' : each)),
        );
        const isDrawing = flagDraws(accepted);
        // An agent sends it to nobody else.
        if (isDrawing) expect([...drawers]).toEqual(['v2']);
        for (const targetingKey of CALLERS) {
          const asked = { rule: targeting, evaluators, flagKey: FLAG, targetingKey };
          expect(new Set([...drawers].map((bucketing) => answerBy(bucketing, asked))).size).toBe(1);
        }
        met.accepted += 1;
        if (isDrawing) met.acceptedDrawing += 1;
      },
    ),
    { numRuns: 60, seed: 1 },
  );
  // It met all that there is to meet.
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(5);
});

it('names who draws otherwise, and what can be done about it, also where all draw alike', async () => {
  const home = homeWith(['remote', 'v3', 'v3', 'v3']);
  const change = { document: { ...document, targeting: HALVES } as FlagDocument };
  for (const audience of ['*', ['cards', 'ledger', 'loans']] as const) {
    expect(
      await home.decide('created', { ...change, audience: audience === '*' ? audience : [...audience] }),
    ).toMatchObject({
      violations: [
        {
          ruleId: 'FH-ROLLOUT-21',
          message: expect.stringMatching(/otherwise than the agents do \(v2\): v3 in "cards", "ledger"/),
          hint: expect.stringContaining('"evaluates": "remote"'),
        },
      ],
    });
  }
  expect(await home.decide('created', { ...change, audience: ['accounts'] })).toMatchObject({ outcome: 'accepted' });
});
