import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import { formatOrder, isOrder, type Order } from '@flaghoist/core/order';
import type { ChangeStore, ExpectedCurrent } from '@flaghoist/core/ports/change-store';
import type { CurrentRepair, FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { SignedProposal } from '@flaghoist/core/proposal';
import { putCurrentRight } from '@flaghoist/operations/put-current-right';

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
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore' | 'outcome'>;
  readonly home: HomeSource;
  readonly log: Logger;
}

/**
 * What a proposal is judged against. `moved`: read again. Where the newest accepted revision is lost, a kill is judged against
 * the newest one that is not, and takes its place: switching off waits for no repair.
 *
 * @throws InvalidInputError when the REVISION item was altered
 */
export const settleCurrent = async (
  { flagKey, kind }: Pick<SignedProposal, 'flagKey' | 'kind'>,
  ports: Ports,
): Promise<Settled | 'moved'> => {
  const { flags, changes, home, log } = ports;
  const { epoch } = await home.home();
  const { newest, current, above, sound, found } = await putCurrentRight(flagKey, {
    flags,
    changes,
    repair: flags,
    home,
    epoch,
  });
  if (current === 'moved') return 'moved';
  // The home region's distribute function reports who wrote there; here it only was in the way.
  if (current === 'restored') log.warn('CURRENT was written around the validator, put back', { flagKey });
  const [first] = above;
  if (first === undefined) return newest === undefined ? NOTHING : settledAt(newest, false);
  if (current === 'altered' && kind === 'killed' && sound !== undefined) return beneath(sound, { first, found }, ports);
  if (current === 'altered' || (newest === undefined && (await hasRecords(flagKey, ports)))) throw alteredError(first);
  for (const { order } of above) {
    log.error('REVISION was written around the validator, changes pass it by: find out who wrote it, and remove it', {
      flagKey,
      order,
    });
  }
  return newest === undefined ? { ...NOTHING, isBeneath: true } : settledAt(newest, true);
};

const beneath = async (
  sound: StoredRevision,
  { first, found }: { readonly first: StoredRevision; readonly found: StoredRevision | undefined },
  { flags, log }: Ports,
): Promise<Settled | 'moved'> => {
  const { flagKey, order, envelopeDigest } = sound;
  log.error(
    'newest revision is lost, a kill is built on the one before: put back its bytes, and find out who altered it',
    {
      flagKey,
      order: first.order,
      builtOn: order,
    },
  );
  const settled = settledAt(sound, true);
  if (found === undefined) return { ...settled, replaces: null };
  // One whose order or digest is none is nothing that a transaction could hold on to.
  if (isOrder(found.order) && found.envelopeDigest !== '') return { ...settled, replaces: found };
  const isRestored = await flags.restoreCurrent(flagKey, found.envelopeDigest, sound);
  return isRestored ? { ...settled, replaces: { order, envelopeDigest } } : 'moved';
};

const NOTHING: Settled = { current: null, replaces: null, isBeneath: false };

const settledAt = ({ order, envelopeDigest, body }: StoredRevision, isBeneath: boolean): Settled => ({
  current: parseEnvelope(body),
  replaces: { order, envelopeDigest },
  isBeneath,
});

/** Whether anything was ever accepted of the flag, as far as its records say. */
const hasRecords = async (flagKey: string, { changes }: Ports): Promise<boolean> => {
  for await (const _ of changes.recordsBefore(flagKey, BEHIND_ALL)) return true;
  return false;
};

/** A revision was accepted, and nothing in this table has its bytes any more. */
const alteredError = (revision: StoredRevision): InvalidInputError => lostError(revision, whatIsWrong(revision.body));

/** @param wrong what there is instead of its bytes */
export const lostError = (
  { flagKey, order }: Pick<StoredRevision, 'flagKey' | 'order'>,
  wrong = '/envelope: is gone',
): InvalidInputError =>
  new InvalidInputError(
    `item FLAG#${flagKey}/REVISION of order ${formatOrder(order)}`,
    [wrong],
    'Changes of this flag but kills wait until its bytes are put back, as a backup of the table or the field of a cache that holds this order has them. Only the validator writes it: find out who did.',
  );

const whatIsWrong = (body: string): string => {
  if (body === '') return '/envelope: is gone';
  try {
    parseEnvelope(body);
    return '/envelope: is another revision';
  } catch (error) {
    return `/envelope: ${error instanceof Error ? error.message : error}`;
  }
};

const BEHIND_ALL: Order = { epoch: 10 ** 6, revision: 0 };
