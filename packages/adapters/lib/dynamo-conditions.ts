import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Order } from '@flaghoist/core/order';
import { number, text } from './dynamo-attributes.ts';

/** What must hold of an item at the moment of the write; spread into the write. */
export interface Condition {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

export const IS_NEW = { ConditionExpression: 'attribute_not_exists(pk)' };

/** The item is at this order; `null`: there is none. */
export const isAt = (order: Order | null) =>
  order === null
    ? IS_NEW
    : {
        ConditionExpression: 'epoch = :epoch AND revision = :revision',
        ExpressionAttributeValues: { ':epoch': number(order.epoch), ':revision': number(order.revision) },
      };

interface Revision {
  readonly order: Order;
  readonly envelopeDigest: string;
}

/** The item is this very revision; `null`: there is none. */
export const isExactly = (revision: Revision | null) =>
  revision === null
    ? IS_NEW
    : {
        ConditionExpression: 'epoch = :epoch AND revision = :revision AND envelopeDigest = :digest',
        ExpressionAttributeValues: {
          ':epoch': number(revision.order.epoch),
          ':revision': number(revision.order.revision),
          ':digest': text(revision.envelopeDigest),
        },
      };

/** The change is still in the state in which it was read. */
export const isStill = ({ changeId, state }: { readonly changeId: string; readonly state: string }) => ({
  ConditionExpression: 'changeId = :changeId AND #state = :state',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':changeId': text(changeId), ':state': text(state) },
});
