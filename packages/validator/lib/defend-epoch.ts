import type { HomeSource } from '@flaghoist/core/ports/home-source';
import { knownGoodOf } from '@flaghoist/core/storage/flag-items';
import type { FoundItem } from '@flaghoist/core/storage/write';
import { type AdoptPorts, adoptRevision } from '@flaghoist/operations/adopt-revision';
import { putKnownGoodRight } from '@flaghoist/operations/put-known-good-right';
import type { ItemReader } from './flag-item.ts';
import type { DistributePorts } from './ports.ts';

/*
 * Home only: what a former home wrote in an older epoch may arrive at any time, item by item, and the last writer wins. Here
 * it is put in its place. What home itself writes passes at once.
 */

type Ports = AdoptPorts & Pick<DistributePorts, 'region' | 'flags'> & { readonly home: HomeSource };

/** The epoch of this home; `undefined` where another region is home. */
const epochHere = async ({ region, home }: Ports): Promise<number | undefined> => {
  const now = await home.home();
  return now.region === region ? now.epoch : undefined;
};

/** @throws UnavailableError while it cannot be taken over */
export const adoptIfOlder = async (found: FoundItem, read: ItemReader, ports: Ports): Promise<void> => {
  const epoch = await epochHere(ports);
  const item = read(found);
  if (epoch === undefined || !item.readable || item.envelope.epoch >= epoch) return;
  await adoptRevision(item.envelope, epoch, ports);
};

export const defendKnownGood = async (before: FoundItem | undefined, item: FoundItem, ports: Ports): Promise<void> => {
  const epoch = await epochHere(ports);
  const { flagKey, order } = knownGoodOf(item);
  if (epoch === undefined || order.epoch >= epoch) return;
  const replaced = before === undefined ? undefined : knownGoodOf(before);
  if (await putKnownGoodRight(flagKey, { epoch, before: replaced }, ports)) {
    ports.log.warn('KNOWN_GOOD of an older epoch, put back', { flagKey, order });
  }
};
