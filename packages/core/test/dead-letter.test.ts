import { healsByItself, letterOfRecord } from '../lib/dead-letter.ts';
import { InvalidInputError, UnavailableError } from '../lib/errors.ts';

it.each([
  [new UnavailableError('the table', 'Wait.'), true],
  // An SDK's, of which nobody has made one of ours.
  [new Error('socket hang up'), true],
  [new InvalidInputError('item', ['/sk: is not there'], 'Remove it.'), false],
  [new TypeError('cannot read properties of undefined'), false],
  [new RangeError('invalid array length'), false],
])('%p heals by itself: %p', (error, heals) => {
  expect(healsByItself(error)).toBe(heals);
});

describe('the letter of a stream record', () => {
  const Keys = { pk: { S: 'FLAG#a' }, sk: { S: 'CURRENT' } };
  const image = (size: number) => ({ ...Keys, envelope: { S: 'x'.repeat(size) } });
  const recordWith = (old: number, next: number) => ({
    eventName: 'MODIFY',
    dynamodb: { Keys, SequenceNumber: '7', OldImage: image(old), NewImage: image(next) },
  });
  const bodyOf = (record: object) => JSON.parse(letterOfRecord(record, new Error('why')).body);

  it('is the whole record', () => {
    const record = recordWith(100_000, 100_000);
    expect(bodyOf(record)).toEqual(record);
    expect(letterOfRecord(record, new Error('why')).reason).toBe('Error: why');
  });

  it('leaves out what the item was before when both images are more than a message holds', () => {
    const { OldImage: _old, ...rest } = recordWith(200_000, 200_000).dynamodb;
    expect(bodyOf(recordWith(200_000, 200_000))).toEqual({ eventName: 'MODIFY', dynamodb: rest });
  });

  it('is at least the key, under which the item is found', () => {
    expect(bodyOf(recordWith(10, 399_000))).toEqual({ eventName: 'MODIFY', dynamodb: { Keys, SequenceNumber: '7' } });
  });
});
