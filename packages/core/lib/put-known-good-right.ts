import type { ChangeRecord } from './change.ts';
import { isGenuine } from './intact.ts';
import { formatOrder, isNewer, isOrder, type Order } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { FlagStore, KnownGood, KnownGoodRepair } from './ports/flag-store.ts';
import { readableRecord } from './readable-record.ts';

interface Reads {
  readonly flags: Pick<FlagStore, 'knownGood' | 'revision'>;
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore' | 'proofs'>;
}

interface Ports extends Reads {
  readonly flags: Reads['flags'] & Pick<FlagStore, 'newestRevisions'> & KnownGoodRepair;
}

/** Behind every revision of an epoch. */
const endOf = (epoch: number): Order => ({ epoch, revision: 10 ** 12 - 1 });

/** Whether KNOWN_GOOD names a revision of its flag: who writes around the functions that may, can write any order. */
export const namesRevision = async (
  { flagKey, order, envelopeDigest }: KnownGood,
  flags: Pick<FlagStore, 'revision'>,
): Promise<boolean> => isOrder(order) && (await flags.revision(flagKey, order))?.envelopeDigest === envelopeDigest;

/**
 * Whether KNOWN_GOOD names a revision that its regions have proven. Only a record that can be read, and says otherwise, speaks
 * against it: a record that is lost or broken says nothing, and nobody goes back behind a kill because of that.
 *
 * @param epoch of this home: what a former one proved after the move has no trace here, and counts unless it was taken back
 */
export const isProven = async (good: KnownGood, { flags, changes }: Reads, epoch: number): Promise<boolean> => {
  if (!(await namesRevision(good, flags))) return false;
  const record = await readableRecord(good, changes);
  if (record === undefined) return true;
  if (good.order.epoch < epoch) return record.state !== 'rolled-back';
  return record.envelopeDigest === good.envelopeDigest && (await hasProof(record, changes));
};

/** Whether a change was proven. What one that was held or superseded went through since, older versions did not mark in its record. */
const hasProof = async (record: ChangeRecord, changes: Pick<ChangeStore, 'proofs'>): Promise<boolean> => {
  const { state, knownGood, regions } = record;
  if (state === 'verified' || knownGood === true) return true;
  if ((state !== 'held' && state !== 'superseded') || regions.length === 0) return false;
  const proofs = await changes.proofs(record);
  const proven = new Set(proofs.filter(({ verdict }) => verdict === 'consistent').map(({ region }) => region));
  return regions.every((region) => proven.has(region));
};

/**
 * Known good as far as verdicts show it: what the item says, or the newest proven revision where that is nothing proven.
 *
 * @param epoch of this home
 */
export const provenGood = async (
  flagKey: string,
  { flags, changes }: Reads,
  epoch: number,
): Promise<KnownGood | undefined> => {
  const found = await flags.knownGood(flagKey);
  if (found !== undefined && (await isProven(found, { flags, changes }, epoch))) return found;
  return newestProven(flagKey, { oldest: 1, end: endOf(epoch) }, changes);
};

/**
 * Puts KNOWN_GOOD of this epoch back where a late one of an older epoch has overwritten it: the last writer wins, also when
 * what it says is older. Where what stands there was proven by nobody, or nothing stands there, the newest proven one of any
 * epoch is put there; nothing, where a newer revision has lost its record: it may be a kill that was proven.
 *
 * @param before what the late one replaced, if that is known
 * @returns whether it was put back
 */
export const putKnownGoodRight = async (
  flagKey: string,
  { epoch, before }: { readonly epoch: number; readonly before?: KnownGood | undefined },
  { flags, changes }: Ports,
): Promise<boolean> => {
  const found = await flags.knownGood(flagKey);
  const isSound = found !== undefined && (await isProven(found, { flags, changes }, epoch));
  if (isSound && found.order.epoch >= epoch) return false;
  const oldest = isSound ? epoch : 1;
  const proven = await newestProven(flagKey, { oldest, end: endOf(epoch) }, changes);
  const replaced = before !== undefined && (await isProven(before, { flags, changes }, epoch)) ? before : undefined;
  const candidates = [proven, replaced].filter(
    (good) => good !== undefined && good.order.epoch >= oldest && good.order.epoch <= epoch,
  );
  const good = candidates.reduce((a, b) => (a && b && isNewer(a.order, b.order) ? a : b), undefined);
  if (good === undefined || (await isBehindLost(good, { flags, changes }, endOf(epoch)))) return false;
  return flags.restoreKnownGood(flagKey, found?.order ?? null, good);
};

/** Whether a revision after this one has no record that can be read. */
const isBehindLost = async (
  { flagKey, order: from }: KnownGood,
  { flags, changes }: { readonly flags: Pick<FlagStore, 'newestRevisions'>; readonly changes: Reads['changes'] },
  end: Order,
): Promise<boolean> => {
  const recorded = new Set<string>();
  let looked = 0;
  for await (const { order, unreadable } of changes.recordsBefore(flagKey, end)) {
    if (!isNewer(order, from)) break;
    looked += 1;
    if (unreadable === undefined) recorded.add(formatOrder(order));
  }
  // If each has its record, these reach back to it.
  const revisions = await flags.newestRevisions(flagKey, looked + 1);
  return revisions
    .filter(({ order }) => isOrder(order) && isNewer(order, from) && isNewer(end, order))
    .some((revision) => !recorded.has(formatOrder(revision.order)) && isGenuine(revision));
};

/** So many accepted changes in a row that nobody has proven: no flag is read back further. */
const MOST_UNPROVEN = 100;

/**
 * The newest proven one, unless too many that were neither proven nor taken back have come since: then there is none. Nothing
 * is switched on by that, as a change that fails is held while another one lies before it, and the next that is proven is known
 * good.
 */
const newestProven = async (
  flagKey: string,
  { oldest, end }: { readonly oldest: number; readonly end: Order },
  changes: Reads['changes'],
): Promise<KnownGood | undefined> => {
  let unproven = 0;
  for await (const record of changes.recordsBefore(flagKey, end)) {
    const { order, envelopeDigest, state } = record;
    if (order.epoch < oldest) return undefined;
    if (await hasProof(record, changes)) return { flagKey, order, envelopeDigest };
    if (state !== 'rolled-back') unproven += 1;
    if (unproven === MOST_UNPROVEN) return undefined;
  }
  return undefined;
};
