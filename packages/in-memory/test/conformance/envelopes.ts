import type { ChangeKind, FlagState } from '@flaghoist/core/change';
import { type Envelope, seal, serialiseEnvelope } from '@flaghoist/core/envelope';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';

interface Sketch {
  flagKey?: string;
  revision?: number;
  epoch?: number;
  kind?: ChangeKind;
  flagState?: FlagState;
  changeId?: string;
  causeId?: string;
  reason?: string;
  /** Of a proposal; a revert has none. */
  author?: string;
}

export const AUTHOR = 'local:alice';
export const PROPOSED_DIGEST = 'd'.repeat(64);

/** An accepted revision in which only what the sketch names is particular. */
export const envelope = (sketch: Sketch = {}): Envelope => {
  const { flagKey = 'checkout', revision = 1, epoch = 1, kind = revision === 1 ? 'created' : 'updated' } = sketch;
  const flagState = sketch.flagState ?? 'live';
  return seal({
    schema: 1,
    flagKey,
    environment: 'dev',
    epoch,
    revision,
    kind,
    flagState,
    document: flagState === 'archived' ? null : { state: 'ENABLED', variants: { on: true, off: false } },
    offVariant: 'off',
    audience: '*',
    departed: [],
    owner: 'payments',
    regions: ['eu-west-1', 'us-east-1'],
    topologyVersion: 1,
    rulesVersion: 1,
    evidence: {},
    change: {
      id: sketch.changeId ?? `change-${flagKey}-${epoch}-${revision}`,
      actor: 'alice',
      authentication: 'local',
      reason: sketch.reason ?? 'because',
      ...(sketch.causeId === undefined
        ? { author: sketch.author ?? AUTHOR, proposedDigest: PROPOSED_DIGEST }
        : { causeId: sketch.causeId }),
    },
    at: { proposed: 1_000, accepted: 2_000 },
    previousEnvelopeDigest: null,
  });
};

/** What a store gives back for an envelope. */
export const storedAs = (accepted: Envelope): StoredRevision => ({
  flagKey: accepted.flagKey,
  order: { epoch: accepted.epoch, revision: accepted.revision },
  envelopeDigest: accepted.envelopeDigest,
  body: serialiseEnvelope(accepted),
});

/** CURRENT as the next transaction expects to find it. */
export const currentIs = ({ epoch, revision, envelopeDigest }: Envelope) => ({
  order: { epoch, revision },
  envelopeDigest,
});

export const all = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
};
