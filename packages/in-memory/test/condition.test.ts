import {
  ABSENT,
  countsBelow,
  hasCounted,
  isAt,
  isExactly,
  namesDigest,
  PRESENT,
} from '@flaghoist/core/storage/conditions';
import type { Attributes, Condition, Item } from '@flaghoist/core/storage/write';
import { holds } from '../lib/condition.ts';

const item = (attributes: Attributes = {}): Item => ({ ...attributes, pk: 'p', sk: 's' });
const order = { epoch: 1, revision: 7 };
const exactly = { order, envelopeDigest: 'd' };

it.each<[string, Condition, (Item | undefined)[], (Item | undefined)[]]>([
  ['absent', ABSENT, [undefined], [item()]],
  ['present', PRESENT, [item()], [undefined]],
  ['with an n', { op: 'has', attribute: 'n' }, [item({ n: 0 })], [undefined, item()]],
  ['at an order', isAt(order), [item({ ...order, n: 1 })], [undefined, item(), item({ ...order, epoch: 2 })]],
  ['at no order', isAt(null), [undefined], [item(order)]],
  ['exactly this', isExactly(exactly), [item({ ...order, envelopeDigest: 'd' })], [item(order), undefined]],
  ['of this digest', namesDigest('d'), [item({ envelopeDigest: 'd' })], [item({ envelopeDigest: 'e' }), undefined]],
  [
    'of no digest',
    namesDigest(null),
    [item(), item({ envelopeDigest: '' }), item({ envelopeDigest: 7 })],
    [undefined, item({ envelopeDigest: 'd' })],
  ],
  ['below 2', countsBelow('n', 2), [undefined, item(), item({ n: 1 })], [item({ n: 2 }), item({ n: '1' })]],
  ['below 0', countsBelow('n', 0), [], [undefined, item(), item({ n: 0 })]],
  ['counted 0', hasCounted('n', 0), [undefined, item(), item({ n: 0 })], [item({ n: 1 }), item({ n: '0' })]],
  ['counted 2', hasCounted('n', 2), [item({ n: 2 })], [undefined, item(), item({ n: '2' })]],
  [
    'at most 2',
    { op: 'at-most', attribute: 'n', limit: 2 },
    [item({ n: 2 })],
    [undefined, item(), item({ n: 3 }), item({ n: '1' })],
  ],
  [
    'other than x',
    { op: 'differs', attribute: 'n', value: 'x' },
    [undefined, item(), item({ n: 'y' }), item({ n: 7 })],
    [item({ n: 'x' })],
  ],
])('an item is %s, or it is not', (_what, condition, yes, no) => {
  for (const each of yes) expect({ each, holds: holds(condition, each) }).toEqual({ each, holds: true });
  for (const each of no) expect({ each, holds: holds(condition, each) }).toEqual({ each, holds: false });
});
