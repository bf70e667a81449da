import { itemOf, newItemOf, oldItemOf } from '../../lib/storage/stream.ts';

const Keys = { pk: { S: 'FLAG#a' }, sk: { S: 'CURRENT' } };

it('an image is an item: text and numbers, and nothing of other types', () => {
  const image = { ...Keys, epoch: { N: '2' }, envelope: { S: '' }, note: {}, gone: undefined };
  expect(itemOf(image)).toEqual({ pk: 'FLAG#a', sk: 'CURRENT', epoch: 2, envelope: '' });
});

it('a record shows the item as it was and as it is', () => {
  const record = {
    eventName: 'MODIFY',
    dynamodb: { Keys, OldImage: { ...Keys, epoch: { N: '1' } }, NewImage: { ...Keys, epoch: { N: '2' } } },
  } as const;
  expect(oldItemOf(record)).toMatchObject({ epoch: 1 });
  expect(newItemOf(record)).toMatchObject({ epoch: 2 });
  expect(oldItemOf({ eventName: 'INSERT', dynamodb: { Keys, NewImage: Keys } })).toBeUndefined();
  expect(newItemOf({ eventName: 'REMOVE', dynamodb: { Keys, OldImage: Keys } })).toBeUndefined();
});

it.each(['INSERT', 'MODIFY'] as const)(
  'a stream without new images is set up wrongly, not empty: %s, and no repetition brings one',
  (eventName) => {
    expect(() => newItemOf({ eventName, dynamodb: { Keys } })).toThrow(
      expect.objectContaining({
        code: 'FH_INVALID_INPUT',
        retryable: false,
        message: expect.stringContaining('FLAG#a/CURRENT'),
        hint: expect.stringContaining('NEW_AND_OLD_IMAGES'),
      }),
    );
  },
);
