import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import { formatOrder, isNewer, type Order } from '@flaghoist/core/order';
import type { ChangeStore, ExpectedCurrent } from '@flaghoist/core/ports/change-store';
import type { CurrentRepair, FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import { putCurrentRight } from '@flaghoist/operations/put-current-right';
import { readableRecord } from './readable-record.ts';

export interface Settled {
  /** The newest accepted revision. */
  readonly current: Envelope | null;
  /** What the item CURRENT is, for the transaction to find. */
  readonly replaces: ExpectedCurrent | null;
  /** A revision that nobody accepted lies above it. */
  readonly isBeneath: boolean;
}

interface Ports {
  readonly flags: FlagStore & CurrentRepair;
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore'>;
  readonly log: Logger;
}

/** What a proposal is judged against. `moved`: read again. @throws InvalidInputError when the REVISION item was altered */
export const settleCurrent = async (flagKey: string, ports: Ports): Promise<Settled | 'moved'> => {
  const { flags, log } = ports;
  const { newest, current, kept } = await putCurrentRight(flagKey, { flags, repair: flags });
  if (current === 'moved') return 'moved';
  // The home region's distribute function reports who wrote there; here it only was in the way.
  if (current === 'restored') log.warn('CURRENT was written around the validator, put back', { flagKey });
  if (newest === undefined) return { current: null, replaces: null, isBeneath: false };
  if (current !== 'altered') return settledAt(newest, false);
  const { order } = newest;
  const record = await readableRecord({ flagKey, order }, ports.changes);
  // Its bytes were altered. Its record still names those that CURRENT has.
  if (kept !== undefined && record?.envelopeDigest === kept.envelopeDigest) return settledAt(kept, false);
  if (record === undefined && (await isForeign(newest, kept, ports))) {
    log.error('REVISION was written around the validator, changes pass it by: find out who wrote it, and remove it', {
      flagKey,
      order,
    });
    return kept === undefined ? { current: null, replaces: null, isBeneath: true } : settledAt(kept, true);
  }
  // It says why it cannot be read, if it cannot.
  parseEnvelope(newest.body);
  throw new InvalidInputError(
    `item FLAG#${flagKey}/REVISION of order ${formatOrder(order)}`,
    ['/envelope: is another revision'],
    'Only the validator writes it: find out who wrote this item, and put back what was there.',
  );
};

const settledAt = ({ order, envelopeDigest, body }: StoredRevision, isBeneath: boolean): Settled => ({
  current: parseEnvelope(body),
  replaces: { order, envelopeDigest },
  isBeneath,
});

/** Without a record, above a sound CURRENT, or of a flag of which nothing was ever accepted. */
const isForeign = async (
  { flagKey, order }: StoredRevision,
  kept: StoredRevision | undefined,
  { flags, changes }: Ports,
): Promise<boolean> => {
  // A key that is no order reads as 0.
  const place = order.epoch === 0 ? BEHIND_ALL : order;
  if (kept !== undefined) return isNewer(place, kept.order);
  if ((await flags.current(flagKey)) !== undefined) return false;
  for await (const _ of changes.recordsBefore(flagKey, place)) return false;
  return true;
};

const BEHIND_ALL: Order = { epoch: 10 ** 6, revision: 0 };
