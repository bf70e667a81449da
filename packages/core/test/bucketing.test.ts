import { bucketingsAmong, draws, flagDraws } from '../lib/bucketing.ts';
import { parseTopology } from '../lib/topology.ts';

const topology = parseTopology(
  JSON.stringify({
    version: 1,
    home: 'eu-west-1',
    regions: [{ name: 'eu-west-1', state: 'serving' }],
    services: ['remote', undefined, 'v2', 'v3', 'v1'].map((evaluates, place) => ({
      ...{
        name: `service-${place}`,
        cell: 'cell-1',
        owner: 'team',
        state: place === 4 ? 'draining' : 'serving',
        evaluates,
      },
    })),
  }),
);
const among = (audience: '*' | string[]) => Object.fromEntries(bucketingsAmong(audience, topology));

it('counts services that ask the agent among those that draw as it does, and draining ones as well', () => {
  expect(among('*')).toEqual({ v2: ['service-0', 'service-1', 'service-2'], v3: ['service-3'], v1: ['service-4'] });
  expect(among(['service-0', 'service-2', 'gone'])).toEqual({ v2: ['service-0', 'service-2'] });
});

it.each([
  [{ fractional: [['a', 1]] }, true],
  [{ if: [{ '==': [1, 1] }, 'a', { fractional: [['a', 1]] }] }, true],
  [{ in: ['fractional', ['fractional']] }, false],
  ['fractional', false],
  [null, false],
])('finds what draws in %j: %p', (rule, found) => {
  expect(draws(rule)).toBe(found);
});

it('takes a flag whose file has a shared evaluator that draws for one that draws', () => {
  const document = { targeting: { if: [{ $ref: 'some' }, 'on'] } };
  expect(flagDraws({ document })).toBe(false);
  expect(flagDraws({ document, source: { $evaluators: { some: { fractional: [['on', 1]] } } } })).toBe(true);
});
