import { recordOf } from '../../lib/envelope.ts';
import { isRetryable } from '../../lib/errors.ts';
import {
  changeRecordOf,
  foundRecordOf,
  outcomeOf,
  proofItem,
  proofOf,
  recordItem,
} from '../../lib/storage/change-items.ts';
import {
  currentItem,
  knownGoodOf,
  storedOf,
  storedRevisionOf,
  topologyItem,
  topologyOf,
} from '../../lib/storage/flag-items.ts';
import { keyIn } from '../../lib/storage/found-item.ts';
import { failedChanges, refusalOf, rowOf } from '../../lib/storage/verification-items.ts';
import type { FoundItem } from '../../lib/storage/write.ts';
import { proofWith, recordWith, revisionOf, topologyOf as topology } from '../support.ts';

const envelope = revisionOf({ kind: 'created' });
const proof = proofWith('eu-west-1', 'refusing', {
  look: 3,
  refusing: [{ service: 'billing', redis: 'shared-1', error: 'READONLY', outageSince: null }],
});

it('gives back what an item was made of', () => {
  expect(changeRecordOf(recordItem(recordOf(envelope)))).toEqual(recordOf(envelope));
  expect(proofOf(proofItem(recordWith(1), proof))).toEqual(proof);
  expect(storedRevisionOf(currentItem(storedOf(envelope)))).toEqual(storedOf(envelope));
  expect(topologyOf(topologyItem(topology(), { actor: 'ada', at: 1, follows: 0 }))).toEqual(topology());
});

describe('an item of a foreign writer', () => {
  const key = { pk: 'CHANGE#x', sk: 'OUTCOME' };

  it.each<[string, (item: FoundItem) => unknown]>([
    ['sk', ({ pk }) => keyIn({ pk })],
    ['outcome', outcomeOf],
    ['record', changeRecordOf],
    ['row', rowOf],
    ['refusal', refusalOf],
    ['topology', topologyOf],
    ['change', (item) => failedChanges([item])],
  ])('without %s is invalid, and no repetition heals it', (attribute, read) => {
    for (const [item, found] of [
      [key, 'is not there'],
      [{ ...key, [attribute]: 7 }, 'is a number'],
    ] as const) {
      const reading = () => read(item);
      if (attribute === 'sk' && found === 'is a number') continue;
      expect(reading).toThrow(
        expect.objectContaining({
          code: 'FH_INVALID_INPUT',
          retryable: false,
          places: [`/${attribute}: ${found}, expected text`],
          message: expect.stringContaining(attribute === 'sk' ? 'CHANGE#x' : 'CHANGE#x/OUTCOME'),
          hint: expect.stringContaining('remove it'),
        }),
      );
    }
  });

  it('with content of another shape names the item and the place', () => {
    const record = JSON.stringify({ ...recordWith(1), order: { epoch: 1 } });
    expect(() => changeRecordOf({ ...key, record })).toThrow(
      'record of item CHANGE#x/OUTCOME is not valid: /order/rev',
    );
    expect(() => outcomeOf({ ...key, outcome: '{"outcome":"lost"}' })).toThrow('/outcome');
    expect(() => rowOf({ ...key, row: '{"answer":"maybe"}' })).toThrow('/answer');
  });

  it('in the place of a proof says nothing, and keeps nobody from reading the others', () => {
    const found = { pk: 'CHANGE#x', sk: 'PROOF#flag#000001#000000000001#eu-west-1' };
    for (const item of [found, { ...found, proof: 'not json' }, { ...found, proof: 7 }])
      expect(proofOf(item)).toMatchObject({
        region: 'eu-west-1',
        verdict: 'unknown',
        holding: 0,
        refusing: [],
        unreadable: expect.stringContaining('PROOF#flag'),
      });
  });

  it('in the place of an earlier change stands in the way, and is nothing to go back to', () => {
    const found = { pk: 'FLAG#checkout', sk: 'CHANGE#000001#000000000007', changeId: 'change-0007' };
    for (const item of [found, { ...found, record: 'not json' }])
      expect(foundRecordOf(item)).toMatchObject({
        changeId: 'change-0007',
        flagKey: 'checkout',
        order: { epoch: 1, revision: 7 },
        state: 'held',
        failed: true,
        unreadable: expect.stringContaining('FLAG#checkout'),
      });
    expect(foundRecordOf(recordItem(recordOf(envelope)))).toEqual(recordOf(envelope));
  });

  it('in the place of a revision is found as it is: its reader refuses it', () => {
    const found = { pk: 'FLAG#checkout', sk: 'CURRENT', revision: 'seven', envelopeDigest: 7 };
    expect(storedRevisionOf(found)).toEqual({
      flagKey: 'checkout',
      order: { epoch: 0, revision: 0 },
      envelopeDigest: '',
      body: '',
    });
    expect(knownGoodOf({})).toEqual({ flagKey: '', order: { epoch: 0, revision: 0 }, envelopeDigest: '' });
  });
});

it('an error of a foreign item is not one to try again', () => {
  let caught: unknown;
  try {
    outcomeOf({ pk: 'CHANGE#x', sk: 'OUTCOME' });
  } catch (error) {
    caught = error;
  }
  expect(isRetryable(caught)).toBe(false);
});
