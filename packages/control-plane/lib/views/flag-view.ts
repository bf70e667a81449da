import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { formatOrder, type Order, orderOf } from '@flaghoist/core/order';
import { rememberByText } from '@flaghoist/core/remember';
import { NotFoundError } from '../errors.ts';
import type { HomePorts } from '../ports.ts';
import type { FlagRow, FlagView } from './schemas.ts';

/** Reads envelopes; those that were read before are remembered by their bytes. */
export const envelopeOf = rememberByText((body): Envelope => parseEnvelope(body), { maxTexts: 4_000 });

const rowOf = (envelope: Envelope, change: FlagRow['change']): FlagRow => {
  const { document } = envelope;
  const targeting = document?.['targeting'];
  const defaultVariant = document?.['defaultVariant'];
  return {
    flagKey: envelope.flagKey,
    order: orderOf(envelope),
    state: envelope.flagState,
    kind: envelope.kind,
    defaultVariant: typeof defaultVariant === 'string' ? defaultVariant : null,
    targeted: typeof targeting === 'object' && targeting !== null && Object.keys(targeting).length > 0,
    audience: envelope.audience,
    owner: envelope.owner,
    acceptedAt: envelope.at.accepted,
    change,
  };
};

const stateOf = async (envelope: Envelope, { changes }: Pick<HomePorts, 'changes'>): Promise<FlagRow['change']> =>
  (await changes.record(envelope.flagKey, orderOf(envelope)))?.state ?? 'accepted';

export const flagRowOf = async (envelope: Envelope, home: Pick<HomePorts, 'changes'>): Promise<FlagRow> =>
  rowOf(envelope, await stateOf(envelope, home));

/** @throws NotFoundError */
export const currentOf = async (flagKey: string, { flags }: Pick<HomePorts, 'flags'>): Promise<Envelope> => {
  const current = await flags.current(flagKey);
  if (current === undefined) throw new NotFoundError(`flag ${flagKey}`, 'hoist list shows the flags that there are.');
  return envelopeOf(current.body);
};

/**
 * What is said of an order that a flag does not have. Of a flag that is not there nothing else is said.
 *
 * @throws NotFoundError for the flag itself
 */
export const missing = async (
  what: 'change' | 'revision',
  { flagKey, order }: { readonly flagKey: string; readonly order: Order },
  home: Pick<HomePorts, 'flags'>,
): Promise<NotFoundError> => {
  await currentOf(flagKey, home);
  return new NotFoundError(
    `${what} ${formatOrder(order)} of ${flagKey}`,
    `hoist history ${flagKey} lists those that there are.`,
  );
};

export const flagViewOf = async (envelope: Envelope, home: HomePorts): Promise<FlagView> => {
  const { change, prerequisites, source } = envelope;
  const known = await home.flags.knownGood(envelope.flagKey);
  const { id, actor, authentication, reason, ticket, approvals, causeId } = change;
  return {
    ...rowOf(envelope, await stateOf(envelope, home)),
    document: envelope.document,
    offVariant: envelope.offVariant,
    departed: envelope.departed,
    ...(prerequisites === undefined ? {} : { prerequisites }),
    ...(source === undefined ? {} : { source }),
    documentDigest: envelope.documentDigest,
    envelopeDigest: envelope.envelopeDigest,
    rulesVersion: envelope.rulesVersion,
    topologyVersion: envelope.topologyVersion,
    regions: envelope.regions,
    madeBy: {
      id,
      actor,
      authentication,
      reason,
      ...(ticket === undefined ? {} : { ticket }),
      ...(causeId === undefined ? {} : { causeId }),
      ...(approvals === undefined
        ? {}
        : {
            approvals: approvals.map(({ actor: by, at, submitter }) => ({
              actor: by,
              at,
              ...(submitter === undefined ? {} : { submitter }),
            })),
          }),
    },
    at: envelope.at,
    knownGood: known?.order ?? null,
  };
};
