import { canonicalJson } from '../lib/canonical-json.ts';
import { recordOf } from '../lib/envelope.ts';
import {
  changePk,
  changeRecordOf,
  changeSk,
  envelopeBodyOf,
  envelopeDigestOf,
  flagPk,
  imageKey,
  outcomeOf,
  proofSk,
  proposalOf as proposalOfImage,
  revertsSk,
  revisionSk,
} from '../lib/items.ts';
import { proposalOf, recordWith, revisionOf } from './support.ts';

const order = { epoch: 2, revision: 30 };

it.each([
  [flagPk('a.b'), 'FLAG#a.b'],
  [changePk('change-0001'), 'CHANGE#change-0001'],
  [revisionSk(order), 'REVISION#000002#000000000030'],
  [changeSk(order), 'CHANGE#000002#000000000030'],
  [proofSk('eu-west-1'), 'PROOF#eu-west-1'],
  [revertsSk(59_999), 'MINUTE#0'],
  [revertsSk(60_000), 'MINUTE#1'],
])('%s is a key of the tables for ever', (key, stored) => {
  expect(key).toBe(stored);
});

describe('the image of a stream record', () => {
  const envelope = revisionOf({ kind: 'created' });

  it('gives back what the item was made of', () => {
    const outcome = { outcome: 'accepted', changeId: 'c', flagKey: 'f', order };
    expect(imageKey({ pk: { S: 'FLAG#a' }, sk: { S: 'CURRENT' } })).toEqual({ pk: 'FLAG#a', sk: 'CURRENT' });
    expect(proposalOfImage({ proposal: { S: JSON.stringify(proposalOf()) } })).toEqual(proposalOf());
    expect(outcomeOf({ outcome: { S: JSON.stringify(outcome) } })).toEqual(outcome);
    expect(changeRecordOf({ record: { S: JSON.stringify(recordOf(envelope)) } })).toEqual(recordOf(envelope));
  });

  it('shows a foreign envelope as it was found, or that there is none', () => {
    const image = { envelope: { S: canonicalJson(envelope) }, envelopeDigest: { S: envelope.envelopeDigest } };
    expect(envelopeBodyOf(image)).toBe(canonicalJson(envelope));
    expect(envelopeDigestOf(image)).toBe(envelope.envelopeDigest);
    expect(envelopeBodyOf({})).toBeUndefined();
    expect(envelopeDigestOf({ envelopeDigest: { N: '7' } })).toBeNull();
  });

  it('without the attribute is retried: the stream may be set up wrongly', () => {
    expect(() => imageKey({ pk: { S: 'FLAG#a' } })).toThrow(
      expect.objectContaining({
        code: 'FH_UNAVAILABLE',
        message: expect.stringContaining('attribute sk'),
        retryable: true,
      }),
    );
  });

  it('with content of somebody else is refused', () => {
    const record = { ...recordWith(1), order: { epoch: 1 } };
    expect(() => changeRecordOf({ record: { S: JSON.stringify(record) } })).toThrow('/order/revision');
    expect(() => outcomeOf({ outcome: { S: '{"outcome":"lost"}' } })).toThrow('outcome item is not valid');
  });
});
