import { type Envelope, seal, type UnsealedEnvelope } from '@flaghoist/core/envelope';

/** A sealed envelope of a live flag, different only in what is named. */
export const envelopeOf = (over: Partial<UnsealedEnvelope> = {}): Envelope =>
  seal({
    schema: 1,
    flagKey: 'checkout',
    environment: 'test',
    epoch: 1,
    revision: 1,
    kind: 'created',
    flagState: 'live',
    document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
    offVariant: 'off',
    audience: '*',
    departed: [],
    owner: 'money',
    regions: ['eu-west-1'],
    topologyVersion: 1,
    rulesVersion: 1,
    evidence: {},
    change: { id: 'change-0001', actor: 'ada', authentication: 'local', reason: 'test' },
    at: { proposed: 1, accepted: 2 },
    previousEnvelopeDigest: null,
    ...over,
  });
