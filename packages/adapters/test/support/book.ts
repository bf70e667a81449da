import type { Condition, Item } from '@flaghoist/core/storage/write';
import fc from 'fast-check';

interface Book {
  readonly items: fc.Arbitrary<Item | undefined>;
  readonly conditions: fc.Arbitrary<Condition>;
}

type Value = fc.Arbitrary<string | number>;

/** Few names and values, so that conditions meet items that they hold of. `count` and `state` are reserved words. */
const bookOf = (values: Readonly<Record<'count' | 'state' | 'envelopeDigest', Value>>): Book => {
  const attribute = fc.constantFrom('count', 'state', 'envelopeDigest');
  const attributes = fc.record(values, { requiredKeys: [], noNullPrototype: true });
  const some = attributes.filter((found) => Object.keys(found).length > 0);
  const differs = attribute.chain((name) =>
    fc.record({ op: fc.constant('differs'), attribute: fc.constant(name), value: values[name] }),
  );
  const { condition } = fc.letrec<{ condition: Condition; leaf: Condition }>((tie) => ({
    leaf: fc.oneof(
      fc.record({ op: fc.constantFrom('has', 'lacks'), attribute: fc.oneof(fc.constant('pk'), attribute) }),
      fc.record({ op: fc.constant('equals'), values: some }),
      differs,
      fc.record({ op: fc.constantFrom('below', 'at-most'), attribute: fc.constant('count'), limit: numbers }),
      fc.record({ op: fc.constant('has-no-text'), attribute: fc.constant('envelopeDigest') }),
      fc.record({ op: fc.constant('has-no-number'), attribute: fc.constantFrom('count', 'envelopeDigest') }),
    ),
    condition: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie('leaf'),
      fc.record({ op: fc.constantFrom('all', 'any'), of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    ),
  }));
  return {
    items: fc.option(
      attributes.map((found) => ({ ...found, pk: 'p', sk: 's' })),
      { nil: undefined },
    ),
    conditions: condition,
  };
};

const numbers = fc.constantFrom(-1, 0, 7, 7.5);
const texts = fc.constantFrom('', '7', 'x');
const both = fc.oneof(numbers, texts);

/** Every attribute may be text or a number. */
export const mixed = bookOf({ count: both, state: both, envelopeDigest: both });
/** Of one type each where an order is asked for: moto cannot compare text with numbers, DynamoDB says that neither is less. */
export const typed = bookOf({ count: numbers, state: texts, envelopeDigest: texts });
