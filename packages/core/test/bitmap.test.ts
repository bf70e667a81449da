import fc from 'fast-check';
import { decodeBitmap, encodeBitmap } from '../lib/bitmap.ts';

it('gives back what was put in', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 200 }), fc.infiniteStream(fc.boolean()), (items, bits) => {
      const set = new Set(items.filter(() => bits.next().value));
      expect(
        decodeBitmap(
          encodeBitmap(items, (item) => set.has(item)),
          items,
        ),
      ).toEqual(set);
    }),
  );
});

it('takes 28 characters for 156 services', () => {
  const services = Array.from({ length: 156 }, (_, index) => `service-${index}`);
  expect(encodeBitmap(services, () => true)).toHaveLength(28);
});

it('has nothing set for services that came later', () => {
  expect(
    decodeBitmap(
      encodeBitmap(['a'], () => true),
      ['a', 'b'],
    ),
  ).toEqual(new Set(['a']));
});
