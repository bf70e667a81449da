import type { Envelope } from '@flaghoist/core/envelope';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { CURRENT_SK, flagPk, KNOWN_GOOD_SK, revisionSk } from '@flaghoist/core/items';
import type { Order } from '@flaghoist/core/order';
import type { KnownGood, StoredRevision } from '@flaghoist/core/ports/flag-store';
import { type Item, keyOf, number, numberOr, optionalText, text } from './dynamo-attributes.ts';

interface RevisionContent {
  readonly order: Order;
  readonly envelopeDigest: string;
  readonly body: string;
}

const contentOf = ({ order, envelopeDigest, body }: RevisionContent): Item => ({
  epoch: number(order.epoch),
  revision: number(order.revision),
  envelopeDigest: text(envelopeDigest),
  envelope: text(body),
});

export const storedOf = (envelope: Envelope): StoredRevision => ({
  flagKey: envelope.flagKey,
  order: { epoch: envelope.epoch, revision: envelope.revision },
  envelopeDigest: envelope.envelopeDigest,
  body: serialiseEnvelope(envelope),
});

export const currentItem = (stored: StoredRevision): Item => ({
  ...keyOf(flagPk(stored.flagKey), CURRENT_SK),
  ...contentOf(stored),
});

export const revisionItem = (stored: StoredRevision): Item => ({
  ...keyOf(flagPk(stored.flagKey), revisionSk(stored.order)),
  ...contentOf(stored),
});

export const knownGoodItem = ({ flagKey, order, envelopeDigest }: KnownGood): Item => ({
  ...keyOf(flagPk(flagKey), KNOWN_GOOD_SK),
  epoch: number(order.epoch),
  revision: number(order.revision),
  envelopeDigest: text(envelopeDigest),
});

const orderOf = (item: Item): Order => ({ epoch: numberOr(item, 'epoch', 0), revision: numberOr(item, 'revision', 0) });

const flagKeyOf = (item: Item): string => (optionalText(item, 'pk') ?? '').slice(flagPk('').length);

/**
 * An item as it is found. A CURRENT that was written around the validator may lack anything: what is missing reads as 0
 * and as empty text, which is no order and no envelope, so that its reader refuses it instead of this one failing.
 */
export const storedRevisionOf = (item: Item): StoredRevision => ({
  flagKey: flagKeyOf(item),
  order: orderOf(item),
  envelopeDigest: optionalText(item, 'envelopeDigest') ?? '',
  body: optionalText(item, 'envelope') ?? '',
});

export const knownGoodOf = (item: Item): KnownGood => ({
  flagKey: flagKeyOf(item),
  order: orderOf(item),
  envelopeDigest: optionalText(item, 'envelopeDigest') ?? '',
});
