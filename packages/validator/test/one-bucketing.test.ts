import type { FlagDocument } from '@flaghoist/core/envelope';
import { bucketings } from '@flaghoist/core/evaluator';
import type { evaluations } from '@flaghoist/core/topology';
import { answerBy } from '@flaghoist/test-kit/bucketing';
import { topologyOf } from '@flaghoist/test-kit/topology';
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
          message: expect.stringMatching(/otherwise than the agents do: v3 in "cards", "ledger"/),
          hint: expect.stringContaining('"evaluates": "remote"'),
        },
      ],
    });
  }
  expect(await home.decide('created', { ...change, audience: ['accounts'] })).toMatchObject({ outcome: 'accepted' });
});
