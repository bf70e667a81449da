import { expectRowOf } from '../lib/expect-row.ts';
import { revisionOf } from './support.ts';

it('expects what the envelope says, from when it was written, with no answer yet', () => {
  const envelope = revisionOf({ kind: 'created' });
  expect(expectRowOf(envelope, { expectedAt: 1_700_000_002_000, refusal: 'FH-X-01' })).toEqual({
    changeId: 'change-0001',
    flagKey: 'checkout.new-basket',
    order: { epoch: 1, revision: 1 },
    kind: 'created',
    envelopeDigest: envelope.envelopeDigest,
    documentDigest: envelope.documentDigest,
    audience: '*',
    departed: [],
    topologyVersion: 1,
    expectedAt: 1_700_000_002_000,
    answer: 'open',
    look: 1,
    refusal: 'FH-X-01',
  });
});
