import type { ChangeRecord } from '../change.ts';
import type { Order } from '../order.ts';
import type { Condition } from './write.ts';

export const ABSENT: Condition = { op: 'lacks', attribute: 'pk' };
export const PRESENT: Condition = { op: 'has', attribute: 'pk' };

/** The item is at this order; `null`: there is none. What is no number reads as 0. */
export const isAt = (order: Order | null): Condition => {
  if (order === null) return ABSENT;
  const { epoch, revision } = order;
  if (epoch !== 0 && revision !== 0) return { op: 'equals', values: { epoch, revision } };
  return { op: 'all', of: [PRESENT, readsAs('epoch', epoch), readsAs('revision', revision)] };
};

const readsAs = (attribute: string, value: number): Condition => {
  const equals: Condition = { op: 'equals', values: { [attribute]: value } };
  return value === 0 ? { op: 'any', of: [{ op: 'has-no-number', attribute }, equals] } : equals;
};

interface Revision {
  readonly order: Order;
  readonly envelopeDigest: string;
}

/** The item is this very revision; `null`: there is none. */
export const isExactly = (revision: Revision | null): Condition => {
  if (revision === null) return ABSENT;
  const { order, envelopeDigest } = revision;
  return { op: 'equals', values: { epoch: order.epoch, revision: order.revision, envelopeDigest } };
};

/** The change is still in the state in which it was read. */
export const isStill = ({ changeId, state }: Pick<ChangeRecord, 'changeId' | 'state'>): Condition => ({
  op: 'equals',
  values: { changeId, state },
});

/** There is an item and it names this digest; `null`, as the empty one: it names none, whatever else is in that place. */
export const namesDigest = (digest: string | null): Condition =>
  digest === null || digest === ''
    ? { op: 'all', of: [PRESENT, { op: 'has-no-text', attribute: 'envelopeDigest' }] }
    : { op: 'equals', values: { envelopeDigest: digest } };

/** A counter that is not there has counted nothing. */
export const countsBelow = (attribute: string, limit: number): Condition => {
  const below: Condition = { op: 'below', attribute, limit };
  return limit > 0 ? { op: 'any', of: [{ op: 'lacks', attribute }, below] } : below;
};

export const hasCounted = (attribute: string, count: number): Condition => {
  const equals: Condition = { op: 'equals', values: { [attribute]: count } };
  return count === 0 ? { op: 'any', of: [{ op: 'lacks', attribute }, equals] } : equals;
};
