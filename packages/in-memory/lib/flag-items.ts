import { CURRENT_SK, flagPk, KNOWN_GOOD_SK, revisionSk } from '@flaghoist/core/items';
import type { Order } from '@flaghoist/core/order';
import type { KnownGood, StoredRevision } from '@flaghoist/core/ports/flag-store';
import { type Condition, hasValues, type Item, isAbsent } from './item.ts';

const FLAG_PREFIX = flagPk('');

const textOf = (value: string | number | undefined): string => (typeof value === 'string' ? value : '');
const numberOf = (value: string | number | undefined): number => (typeof value === 'number' ? value : 0);

const flagKeyOfPk = (pk: string): string => pk.slice(FLAG_PREFIX.length);

/** Total, since a foreign writer may have left anything: what is missing reads as 0 or as empty text. */
export const storedRevisionOf = (item: Item): StoredRevision => ({
  ...knownGoodOf(item),
  body: textOf(item['envelope']),
});

export const knownGoodOf = (item: Item): KnownGood => ({
  flagKey: flagKeyOfPk(item.pk),
  order: { epoch: numberOf(item['epoch']), revision: numberOf(item['revision']) },
  envelopeDigest: textOf(item['envelopeDigest']),
});

export const currentItem = ({ flagKey, order, envelopeDigest, body }: StoredRevision): Item => ({
  pk: flagPk(flagKey),
  sk: CURRENT_SK,
  epoch: order.epoch,
  revision: order.revision,
  envelopeDigest,
  envelope: body,
});

export const revisionItem = (revision: StoredRevision): Item => ({
  ...currentItem(revision),
  sk: revisionSk(revision.order),
});

export const knownGoodItem = ({ flagKey, order, envelopeDigest }: KnownGood): Item => ({
  pk: flagPk(flagKey),
  sk: KNOWN_GOOD_SK,
  epoch: order.epoch,
  revision: order.revision,
  envelopeDigest,
});

/** The item is at this order; `null`: there is none. */
export const isAt = (order: Order | null): Condition =>
  order === null ? isAbsent : hasValues({ epoch: order.epoch, revision: order.revision });

/** The item names this digest; `null`: it names none. */
export const namesDigest =
  (digest: string | null): Condition =>
  (existing) =>
    existing !== undefined && textOf(existing['envelopeDigest']) === (digest ?? '');
