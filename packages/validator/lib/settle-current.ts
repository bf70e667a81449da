import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { ExpectedCurrent } from '@flaghoist/core/ports/change-store';
import type { CurrentRepair, FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import { putCurrentRight } from '@flaghoist/operations/put-current-right';

export interface Settled {
  /** The newest accepted revision. */
  readonly current: Envelope | null;
  /** What the item CURRENT is, for the transaction to find. */
  readonly replaces: ExpectedCurrent | null;
}

/** What a proposal is judged against. `moved`: read again. @throws InvalidInputError when the REVISION item was altered */
export const settleCurrent = async (
  flagKey: string,
  { flags, log }: { flags: FlagStore & CurrentRepair; log: Logger },
): Promise<Settled | 'moved'> => {
  const { newest, current } = await putCurrentRight(flagKey, { flags, repair: flags });
  if (current === 'moved') return 'moved';
  // The home region's distribute function reports who wrote there; here it only was in the way.
  if (current === 'restored') log.warn('CURRENT was written around the validator, put back', { flagKey });
  if (newest === undefined) return { current: null, replaces: null };
  const { order, envelopeDigest } = newest;
  return { current: parseEnvelope(newest.body), replaces: { order, envelopeDigest } };
};
