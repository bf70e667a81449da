import { normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { compareResources } from '../lib/compare/compare-resources.ts';
import type { Difference } from '../lib/compare/difference.ts';

const instance = (key: string | number, value: unknown) => ({
  keys: [key],
  meanings: [key],
  tree: normaliseValue(value, {}, (text) => text),
});

const compare = (...environments: ReturnType<typeof instance>[][]): Difference[] => {
  const found: Difference[] = [];
  compareResources('aws_x.this[*]', environments, { same: () => {}, differs: (difference) => found.push(difference) });
  return found;
};

const paths = (found: Difference[]): string[] => found.map(({ kind, path }) => `${kind} ${path}`);

it('takes more of the same for a size', () => {
  const node = (key: number) => instance(key, { name: `node-${key + 1}`, class: 'small' });
  expect(paths(compare([node(0)], [node(0), node(1)]))).toEqual(['count aws_x.this[*].#count']);
});

it('finds one of more that is not like its siblings', () => {
  const found = compare(
    [instance('a', { name: 'x-a', public: false })],
    [instance('a', { name: 'x-a', public: false }), instance('b', { name: 'x-b', public: true })],
  );
  expect(paths(found)).toEqual(['count aws_x.this[*].#count', 'instance aws_x.this[*].public']);
  expect(found[1]).toMatchObject({ instance: '["b"]', note: 'not like its sibling ["a"]' });
});

it('compares those that have any where one has none', () => {
  const found = compare([], [instance('a', { on: true })], [instance('a', { on: false })]);
  expect(paths(found)).toEqual(['count aws_x.this[*].#count', 'value aws_x.this[*].on']);
  expect(found[1]?.values[0]).toBeUndefined();
});

it('compares instances of which no key is common with those of the environments before', () => {
  const found = compare([instance('x', { on: true })], [instance('y', { on: false })]);
  expect(paths(found)).toEqual(['instance aws_x.this[*].#key', 'instance aws_x.this[*].on']);
});

it('finds a key that was swapped for another, though the instance is like its siblings', () => {
  const queue = (key: string) => instance(key, { name: `x-${key}` });
  const found = compare([queue('a')], [queue('a'), queue('b')], [queue('a'), queue('c')]);
  expect(paths(found)).toEqual(['count aws_x.this[*].#count', 'instance aws_x.this[*].#key']);
  expect(found[1]).toMatchObject({ instance: '["b"]', values: [undefined, { value: 'present' }, undefined] });
});

it('takes the key of a sibling for its own only where both texts hold their own', () => {
  const at = (key: string) => instance(key, { window: 'sun:04:00-sun:05:00', name: `x-${key}` });
  expect(paths(compare([at('01')], [at('01'), at('04'), at('05')]))).toEqual(['count aws_x.this[*].#count']);
});

describe("keys that are an environment's name, too", () => {
  const named = (environment: string, value: unknown) => ({
    keys: ['a'],
    meanings: ['a'],
    tree: normaliseValue(value, {}, (text) => text.replaceAll(environment, '<environment>')),
  });

  it('are what they say where all environments have them', () => {
    expect(paths(compare([named('dev', { test: 1, x: 1 })], [named('test', { test: 1, x: 2 })]))).toEqual([
      'value aws_x.this[*].x',
    ]);
  });

  it('are what they mean where they differ', () => {
    expect(compare([named('dev', { dev: 1 })], [named('test', { test: 1 })])).toEqual([]);
    expect(paths(compare([named('dev', { dev: 1 })], [named('test', { other: 1 })]))).toHaveLength(2);
  });
});

it('finds another order where it counts', () => {
  const rules = (type: string, ...names: string[]): Difference[] => {
    const found: Difference[] = [];
    const trees = [names, names.toReversed()].map((each) => [
      instance('a', { [type]: each.map((name) => ({ name })), json: '{}' }),
    ]);
    compareResources('aws_cloudfront_distribution.this[*]', trees, {
      same: () => {},
      differs: (each) => found.push(each),
    });
    return found;
  };
  expect(paths(rules('ordered_cache_behavior', 'x', 'y'))).toEqual([
    'value aws_cloudfront_distribution.this[*].ordered_cache_behavior.#order',
  ]);
  expect(rules('origin', 'x', 'y')).toEqual([]);
  const json = (text: string) => [instance('a', { json: text })];
  expect(paths(compare(json('[{"a":1},{"b":1}]'), json('[{"b":1},{"a":1}]')))).toEqual([
    'value aws_x.this[*].json.#order',
  ]);
  expect(compare(json('{"Statement":[{"a":1},{"b":1}]}'), json('{"Statement":[{"b":1},{"a":1}]}'))).toEqual([]);
});

describe('elements that only some environments have', () => {
  const lists = (...values: unknown[][]) => paths(compare(...values.map((list) => [instance('a', { list })])));

  it('are more of the same if only a number tells them from others', () => {
    expect(lists(['x-1', 'x-2'], ['x-1', 'x-2', 'x-3'])).toEqual(['count aws_x.this[*].list.#count']);
  });

  it.each([
    [['x-1'], ['x-1', '*']],
    [['443'], ['443', '22']],
    [[443], [443, 22]],
    [
      [{ port: 443, name: 'x-1' }],
      [
        { port: 443, name: 'x-1' },
        { port: 22, name: 'x-2' },
      ],
    ],
  ])('are found where %j stands beside %j', (some, more) => {
    expect(lists(some, more)).toEqual(['count aws_x.this[*].list.#count', 'value aws_x.this[*].list[*]']);
  });
});
