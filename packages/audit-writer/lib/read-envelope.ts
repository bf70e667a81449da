import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { formatOrder, type Order } from '@flaghoist/core/order';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { SweepPorts } from './ports.ts';

/** The envelope of a revision; `undefined`, and an error in the log, for bytes that are not what was sealed. */
export const readEnvelope = (
  { flagKey, order, body }: Pick<StoredRevision, 'flagKey' | 'order' | 'body'>,
  log: Logger,
): Envelope | undefined => {
  try {
    return parseEnvelope(body);
  } catch (error) {
    log.error('revision is not what was sealed', { flagKey, order: formatOrder(order), error });
    return undefined;
  }
};

/** The revision of an accepted change; `undefined`, and an error in the log, when it is not there as it was sealed. */
export const acceptedRevision = async (
  { flagKey, order }: { readonly flagKey: string; readonly order: Order },
  { flags, log }: Pick<SweepPorts, 'flags' | 'log'>,
): Promise<Envelope | undefined> => {
  const stored = await flags.revision(flagKey, order);
  if (stored !== undefined) return readEnvelope(stored, log);
  log.error('accepted revision is gone, its acceptance cannot be told', { flagKey, order: formatOrder(order) });
  return undefined;
};
