import { bucketingsAmong, draws, flagDraws, otherBucketingsAmong } from '../lib/bucketing.ts';
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

it('tells those that draw otherwise than the agents', () => {
  expect([...otherBucketingsAmong('*', topology)]).toEqual([
    ['v3', ['service-3']],
    ['v1', ['service-4']],
  ]);
  expect([...otherBucketingsAmong(['service-0', 'service-2'], topology)]).toEqual([]);
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

const sharing = (targeting: unknown, $evaluators: object) =>
  flagDraws({ document: { targeting }, source: { $evaluators } });

it('follows a flag into the shared evaluators of its file, as far as it refers to them', () => {
  const drawing = { fractional: [['on', 1]] };
  const some = { if: [{ $ref: 'some' }, 'on'] };
  expect(flagDraws({ document: { targeting: some } })).toBe(false);
  expect(sharing(some, { some: drawing })).toBe(true);
  expect(sharing(some, { some: { '!': [{ $ref: 'other' }] }, other: drawing })).toBe(true);
  expect(sharing(some, { some: true, other: drawing })).toBe(false);
  expect(sharing(some, { some: { '!': [{ $ref: 'some' }] } })).toBe(false);
});
