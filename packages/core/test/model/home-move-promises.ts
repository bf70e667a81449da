import { sameOrder } from '../../lib/order.ts';
import { atOrder, type MoveState, NEW, newestRevision, textOf } from './home-move-state.ts';
import type { Model } from './search.ts';

/** In every state of a move. */
export const moveAlways: Model<MoveState>['always'] = {
  'what was taken back is not judged again': ({ isMoved, replicas, knownAtMove }) => {
    const replica = replicas[NEW];
    const judged = replica?.revisions.find(
      ({ id, cause }) => cause !== undefined && replica.changes[cause] === 'accepted' && knownAtMove.includes(id),
    );
    return isMoved && judged
      ? `${judged.cause} was taken back as ${textOf(judged.order)}, and is undecided here`
      : undefined;
  },
  'what the new home took over is not accepted again': ({ acceptedAgain }) =>
    acceptedAgain && `the ${acceptedAgain} has a second revision`,
  'no order is given twice': ({ replicas }) => {
    const [old, young] = replicas;
    const twice = young?.revisions.find(({ order, id }) =>
      old?.revisions.some((other) => sameOrder(other.order, order) && other.id !== id),
    );
    return twice && `${textOf(twice.order)} is two revisions`;
  },
};

/** When replication is through and nothing is left to do. */
export const moveAtRest: Model<MoveState>['always'] = {
  'both regions end on the same CURRENT and KNOWN_GOOD': ({ replicas: [old, young] }) => {
    if (!old || !young) return undefined;
    const same =
      sameOrder(old.current.order, young.current.order) && sameOrder(old.knownGood.order, young.knownGood.order);
    return same ? undefined : `CURRENT ${textOf(old.current.order)} and ${textOf(young.current.order)}`;
  },
  'nothing of the new epoch is lost': ({ replicas }) => {
    const young = replicas[NEW];
    const own = young?.revisions.findLast(({ order }) => order.epoch === 2);
    return own && young && !sameOrder(young.current.order, own.order)
      ? `CURRENT is ${textOf(young.current.order)}`
      : undefined;
  },
  'CURRENT is the newest revision': ({ replicas }) => {
    const young = replicas[NEW];
    if (young === undefined) return undefined;
    const newest = newestRevision(young).order;
    return sameOrder(newest, young.current.order)
      ? undefined
      : `${textOf(young.current.order)} instead of ${textOf(newest)}`;
  },
  'known good does not go back': ({ replicas }) => {
    const young = replicas[NEW];
    const good = young?.revisions.find(({ order, id }) => order.epoch === 2 && young.changes[id] === 'verified');
    return good && young && young.knownGood.order.epoch < 2 ? `it is ${textOf(young.knownGood.order)}` : undefined;
  },
  'an accepted kill is not lost': ({ replicas, accepted }) => {
    const young = replicas[NEW];
    const current = young && atOrder(young, young.current.order);
    const lost = accepted['kill'] !== undefined && accepted['restore'] === undefined && current?.killed === false;
    return lost ? `nobody restored the flag, and CURRENT ${textOf(current.order)} is alive` : undefined;
  },
  'everything of the old epoch stands in the report': ({ isMoved, replicas, reported }) => {
    const young = replicas[NEW];
    const missing = young?.revisions.find(
      ({ order, id }) =>
        order.epoch === 1 && id !== 'first' && !(id in young.changes) && !reported.includes(textOf(order)),
    );
    return isMoved && missing ? `${textOf(missing.order)} is not` : undefined;
  },
};
