import { treeOf } from '@flaghoist/plan-reading/normalise-value';
import { identity, type Tree } from '@flaghoist/plan-reading/tree';
import fc from 'fast-check';
import { classify } from '../lib/classify.ts';
import { overlap, pathText } from '../lib/leaves.ts';

const tree = (value: unknown, unknown?: unknown): Tree => treeOf(value, { unknown });
const all = () => true;

const classes = (recorded: unknown, now: unknown, configured: unknown, isConfigured: () => boolean = all) =>
  classify({ recorded: tree(recorded), now: tree(now), configured: tree(configured), isConfigured }).map(
    ({ class: kind, path }) => `${kind} ${pathText(path)}`,
  );

const scalar = fc.oneof(fc.boolean(), fc.integer({ min: 1, max: 3 }), fc.constantFrom('a', 'b', null));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    tie('object'),
    fc.array(tie('object'), { maxLength: 3 }),
    fc.array(scalar, { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom('x', 'y', 'z'), tie('value'), { maxKeys: 3 }),
}));
const object = fc.dictionary(fc.constantFrom('p', 'q', 'r'), value, { maxKeys: 3 });
const equal = (a: unknown, b: unknown): boolean => identity(tree(a)) === identity(tree(b));

describe('for any record, reality and configuration', () => {
  it('nothing is found where all agree', () => {
    fc.assert(fc.property(object, (a) => expect(classes(a, a, a)).toEqual([])));
  });

  it('all is pending where nobody changed anything', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const found = classes(a, a, b);
        expect(found.every((each) => each.startsWith('pending'))).toBe(true);
        expect(found.length > 0).toBe(!equal(a, b));
      }),
    );
  });

  it('all is state-only where the configuration agrees with reality', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const found = classes(a, b, b);
        expect(found.every((each) => each.startsWith('state-only'))).toBe(true);
        expect(found.length > 0).toBe(!equal(a, b));
      }),
    );
  });

  it('all is against the configuration where that agrees with the record', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const found = classes(a, b, a);
        expect(found.every((each) => each.startsWith('configuration'))).toBe(true);
        expect(found.length > 0).toBe(!equal(a, b));
      }),
    );
  });

  it('no outside change and no planned change goes untold', () => {
    fc.assert(
      fc.property(object, object, object, (a, b, c) => {
        const found = classes(a, b, c);
        expect(found.some((each) => !each.startsWith('pending'))).toBe(!equal(a, b));
        expect(found.some((each) => !each.startsWith('state-only'))).toBe(!equal(b, c));
      }),
    );
  });

  it('attributes are judged each by itself', () => {
    fc.assert(
      fc.property(object, object, object, (a, b, c) => {
        const apart = ['p', 'q', 'r'].flatMap((key) => {
          const only = (each: Record<string, unknown>) => (Object.hasOwn(each, key) ? { [key]: each[key] } : {});
          return classes(only(a), only(b), only(c));
        });
        expect([...classes(a, b, c)].sort()).toEqual([...apart].sort());
      }),
    );
  });

  it('a plan that could not be made calls every outside change one against the configuration', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const found = classify({ recorded: tree(a), now: tree(b), configured: undefined, isConfigured: all });
        expect(found.every(({ class: kind }) => kind === 'configuration')).toBe(true);
        expect(found.length > 0).toBe(!equal(a, b));
      }),
    );
  });
});

describe('a list', () => {
  const rule = (port: number, cidr = 'x') => ({ port, cidr });

  it('is matched by content, wherever an element stands', () => {
    expect(
      classes({ in: [rule(1), rule(2)] }, { in: [rule(9), rule(1), rule(2)] }, { in: [rule(1), rule(2)] }),
    ).toEqual(['configuration in[*]']);
  });

  it('tells the argument of a block that is another', () => {
    expect(classes({ in: [rule(1), rule(2)] }, { in: [rule(1), rule(3)] }, { in: [rule(1), rule(2)] })).toEqual([
      'configuration in[1].port',
    ]);
  });

  it('that only has another order is told as a whole', () => {
    expect(classes({ in: [rule(1), rule(2)] }, { in: [rule(2), rule(1)] }, { in: [rule(2), rule(1)] })).toEqual([
      'state-only in',
    ]);
  });

  it('keeps an outside change apart from a pending one beside it', () => {
    expect(classes({ in: [rule(1)] }, { in: [rule(1), rule(9)] }, { in: [rule(1), rule(9), rule(5)] })).toEqual([
      'state-only in[*]',
      'pending in[*]',
    ]);
  });

  it('is against the configuration where it cannot be told which element that means', () => {
    expect(overlap([{ name: 'in' }, { index: 0 }, { name: 'port' }], [{ name: 'in' }, { element: 'e' }])).toBe(true);
    expect(overlap([{ name: 'in' }, { element: 'd' }], [{ name: 'in' }, { element: 'e' }])).toBe(false);
    expect(overlap([{ name: 'in' }], [{ name: 'out' }])).toBe(false);
  });
});

describe('ways to say nothing', () => {
  it.each([[null], [''], [[]], [{}], [{ a: null }], [[{}].slice(1)]])('%j is nothing', (nothing) => {
    expect(classes({ a: nothing }, {}, { a: null })).toEqual([]);
  });

  it.each([[false], [0]])('%j is something', (something) => {
    expect(classes({ a: something }, { a: null }, { a: something })).toEqual(['configuration a']);
  });
});

describe('what is known only after apply', () => {
  const unknown = (isConfigured: () => boolean, recorded: unknown) =>
    classify({
      recorded: tree({ version: recorded }),
      now: tree({ version: 2 }),
      configured: tree({}, { version: true }),
      isConfigured,
    }).map(({ class: kind }) => kind);

  it('leaves an outside change state-only where the provider computes it', () => {
    expect(unknown(() => false, 1)).toEqual(['state-only']);
  });

  it('makes it one against the configuration where that sets it', () => {
    expect(unknown(all, 1)).toEqual(['configuration']);
  });

  it('is pending only where the configuration sets it', () => {
    expect(unknown(() => false, 2)).toEqual([]);
    expect(unknown(all, 2)).toEqual(['pending']);
  });
});

it('opens policies, so that their form is no drift and their content is told', () => {
  const policy = (action: string, space?: number) => JSON.stringify({ Statement: [{ Action: action }] }, null, space);
  expect(classes({ policy: policy('a') }, { policy: policy('a', 2) }, { policy: policy('a') })).toEqual([]);
  expect(classes({ policy: policy('a') }, { policy: policy('*') }, { policy: policy('a') })).toEqual([
    'configuration policy.Statement[0].Action',
  ]);
});
