import { isConfirmed } from '@flaghoist/core/accepted-revision';
import type { ChangeRecord } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { InvalidInputError } from '@flaghoist/core/errors';
import { isGenuine } from '@flaghoist/core/intact';
import { MOST_BROKEN } from '@flaghoist/core/newest-genuine';
import { formatOrder, isNewer, isOrder, type Order } from '@flaghoist/core/order';
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
 * the newest one that is not, and goes above what is lost: switching off waits for no repair.
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
  const settle = async (stored: StoredRevision, isBeneath: boolean): Promise<Settled> => {
    const settled = settledAt(stored, isBeneath);
    return kind === 'killed' ? afterRecords(settled, epoch, ports) : settled;
  };
  if (first === undefined)
    return newest === undefined ? nothing(flagKey, kind === 'killed', epoch, ports) : settle(newest, false);
  if (current === 'altered' && kind === 'killed' && sound !== undefined)
    return beneath(await settle(sound, true), { sound, first, found }, ports);
  if (current === 'altered' || (newest === undefined && (await hasRecords(flagKey, changes))))
    throw alteredError(first);
  for (const { order } of above) {
    log.error('REVISION was written around the validator, changes pass it by: find out who wrote it, and remove it', {
      flagKey,
      order,
    });
  }
  return newest === undefined ? { ...NOTHING, isBeneath: true } : settle(newest, true);
};

/**
 * What a kill follows where newer revisions are lost: the newest of which a record is left, by its order and digest, with the
 * document of the newest that can be read. Caches may hold what is lost, and take nothing that is not newer. Of several that
 * are lost the first may have no record either, so records are asked whatever stands in the next place.
 */
const afterRecords = async (settled: Settled, epoch: number, ports: Ports): Promise<Settled> => {
  const { current } = settled;
  const record = current === null ? 'none' : await newestRecord(current.flagKey, epoch, ports.changes);
  // Where records say nothing, a kill follows what there is.
  if (current === null || typeof record === 'string' || !isNewer(record.order, current)) return settled;
  const { order, envelopeDigest } = record;
  const isBack = current.flagState === 'archived' && record.flagState !== 'archived';
  const readable = isBack ? await newestWithDocument(record, ports) : current;
  return { ...settled, current: { ...readable, ...order, envelopeDigest } };
};

/** An archive has no document to switch off, and what brought the flag back is lost. @throws InvalidInputError where there is none */
const newestWithDocument = async (record: ChangeRecord, { flags }: Ports): Promise<Envelope> => {
  const found = await flags.newestRevisions(record.flagKey, MOST_BROKEN);
  const readable = found.filter(isGenuine).map(({ body }) => parseEnvelope(body));
  const last = readable.find(({ document }) => document !== null);
  if (last === undefined) throw lostError(record);
  return last;
};

/** The newest change that home accepted, as its records say; `unknown`: none of so many of the last ones says it. */
const newestRecord = async (
  flagKey: string,
  epoch: number,
  changes: Ports['changes'],
): Promise<ChangeRecord | 'none' | 'unknown'> => {
  let looked = 0;
  for await (const record of changes.recordsBefore(flagKey, { epoch: epoch + 1, revision: 0 })) {
    if (record.unreadable === undefined && (await isConfirmed(record, changes))) return record;
    looked += 1;
    if (looked === MOST_BROKEN) return 'unknown';
  }
  return 'none';
};

/** Where all of a flag is gone, a kill is not refused as that of no flag: caches serve it. It waits, and is tried again. */
const nothing = async (flagKey: string, isKill: boolean, epoch: number, ports: Ports): Promise<Settled> => {
  const record = isKill ? await newestRecord(flagKey, epoch, ports.changes) : 'none';
  if (record === 'none') return NOTHING;
  throw lostError(record === 'unknown' ? { flagKey, order: { epoch, revision: 1 } } : record);
};

interface Beneath {
  readonly sound: StoredRevision;
  readonly first: StoredRevision;
  readonly found: StoredRevision | undefined;
}

const beneath = async (
  settled: Settled,
  { sound, first, found }: Beneath,
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
export const hasRecords = async (flagKey: string, changes: Pick<ChangeStore, 'recordsBefore'>): Promise<boolean> => {
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
