import { isOnRecord } from '@flaghoist/core/accepted-revision';
import type { Envelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { formatOrder, isOrder } from '@flaghoist/core/order';
import type { CurrentRepair, KnownGood, KnownGoodRepair } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import { isProven, namesRevision, putKnownGoodRight } from '@flaghoist/core/put-known-good-right';
import { knownGoodOf, storedOf } from '@flaghoist/core/storage/flag-items';
import type { FoundItem } from '@flaghoist/core/storage/write';
import { type AdoptPorts, adoptRevision } from '@flaghoist/operations/adopt-revision';
import { emitForeignItem } from './emit-foreign-item.ts';
import type { ItemReader } from './flag-item.ts';
import type { DistributePorts } from './ports.ts';

/*
 * Home only: what a former home wrote in an older epoch may arrive at any time, item by item, and the last writer wins. Here
 * it is put in its place. What home itself writes passes at once.
 */

interface Ports extends AdoptPorts {
  readonly region: string;
  readonly home: HomeSource;
  readonly flags: AdoptPorts['flags'] & KnownGoodRepair;
}

/** The epoch of this home; `undefined` where another region is home. */
export const epochHere = async ({ region, home }: Pick<Ports, 'region' | 'home'>): Promise<number | undefined> => {
  const now = await home.home();
  return now.region === region ? now.epoch : undefined;
};

/**
 * @returns whether it is of an older epoch, and was new here
 * @throws UnavailableError while it cannot be taken over
 */
export const adoptIfOlder = async (found: FoundItem, read: ItemReader, ports: Ports): Promise<boolean> => {
  const epoch = await epochHere(ports);
  const item = read(found);
  if (epoch === undefined || !item.readable || item.envelope.epoch >= epoch) return false;
  return adoptRevision(item.envelope, epoch, ports);
};

/**
 * A former home's kill whose CURRENT has come, and is about to be put right, while its REVISION may never come: it is written
 * from CURRENT, and the stream shows it to `adoptIfOlder`.
 */
export const keepKill = async (leftover: Envelope, repair: CurrentRepair): Promise<void> => {
  if (leftover.flagState === 'killed') await repair.restoreRevision(storedOf(leftover));
};

/** Whoever reads two tables may see one part of a transaction before the other, and replicas differ for longer. */
const UNSEEN_MS = 10_000;

/**
 * A REVISION of this epoch is written with its record: one without was written around the validator, however well it is
 * sealed. It is named, and asks nobody to hold it unless it is CURRENT: then every region shows it, and is to be verified.
 *
 * @returns whether nobody is to hold it
 * @throws UnavailableError while it is so young that its record may be unseen
 */
export const nameForeignRevision = async (
  { before, item, writtenAt }: Written,
  read: ItemReader,
  ports: Ports & Pick<DistributePorts, 'bus'>,
): Promise<boolean> => {
  const epoch = await epochHere(ports);
  const found = read(item);
  if (epoch === undefined || !found.readable || found.envelope.epoch !== epoch) return false;
  const { flagKey, envelopeDigest } = found.envelope;
  if (await isOnRecord(storedOf(found.envelope), ports.changes)) return false;
  if (ports.clock.now() - writtenAt < UNSEEN_MS)
    throw new UnavailableError(
      `the record of ${flagKey} ${formatOrder(found.envelope)}`,
      'It is written together with the REVISION; one that has none after ten seconds is named as foreign.',
    );
  const error = '/envelope: is sealed, and neither a record nor an outcome says that home accepted it';
  await emitForeignItem({ table: 'flags', before, item, writtenAt, error }, ports);
  return (await ports.flags.current(flagKey))?.envelopeDigest !== envelopeDigest;
};

interface Written {
  readonly before: FoundItem | undefined;
  readonly item: FoundItem;
  readonly writtenAt: number;
}

export const defendKnownGood = async (
  before: FoundItem | undefined,
  item: FoundItem,
  writtenAt: number,
  ports: Ports & Pick<DistributePorts, 'bus'>,
): Promise<void> => {
  const epoch = await epochHere(ports);
  const good = knownGoodOf(item);
  const { flagKey, order } = good;
  // What a later home wrote is not for this one to judge, and its revision may be on the way.
  if (epoch === undefined || order.epoch > epoch) return;
  // The revision of an older one may be on the way, too: it does not stay either way.
  if (!isOrder(order) || order.epoch === epoch) {
    if (await isProven(good, ports, epoch)) return;
    const found = `${item['epoch']} and ${item['revision']}`;
    const isThere = await namesRevision(good, ports.flags);
    const error = `/epoch and /revision: are ${found}, and ${isThere ? 'nobody proved the revision of that order' : 'no revision of that order has this digest'}`;
    await emitForeignItem({ table: 'flags', before, item, writtenAt, error }, ports);
  }
  await putKnownGoodBack(flagKey, { epoch, before: before && knownGoodOf(before) }, ports);
};

/** @param before what one of an older epoch replaced, if that is known */
export const putKnownGoodBack = async (
  flagKey: string,
  to: { readonly epoch: number; readonly before?: KnownGood | undefined },
  ports: Ports,
): Promise<void> => {
  if (await putKnownGoodRight(flagKey, to, ports)) {
    ports.log.warn('KNOWN_GOOD was of an older epoch, not proven or gone, put back', { flagKey, epoch: to.epoch });
  }
};
