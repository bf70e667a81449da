import { compareOrders, isNewer, nextOrder, type Order, sameOrder } from '../../lib/order.ts';
import { withItem } from './search.ts';

export type Fence = 'first' | 'late' | 'never';
export type Kind = 'created' | 'updated' | 'killed' | 'restored' | 'reverting';
export type State = 'accepted' | 'verified' | 'unverified' | 'rolled-back' | 'superseded';

export interface Revision {
  readonly order: Order;
  readonly kind: Kind;
  readonly id: string;
  /** What the flag is after it. */
  readonly killed: boolean;
  readonly cause?: string;
}

/** An item under last writer wins: the newer stamp stays. */
interface Stamped {
  readonly order: Order;
  readonly stamp: number;
}

export interface Replica {
  readonly revisions: readonly Revision[];
  readonly current: Stamped;
  readonly knownGood: Stamped;
  /** In a home: state by change id, which is an outcome too. */
  readonly changes: Readonly<Record<string, State>>;
}

type Flight = { readonly to: number } & (
  | { readonly item: 'REVISION'; readonly revision: Revision }
  | { readonly item: 'CURRENT' | 'KNOWN_GOOD'; readonly value: Stamped }
);

export interface MoveState {
  readonly stamp: number;
  readonly isCut: boolean;
  readonly isMoved: boolean;
  readonly isFenced: boolean;
  readonly replicas: readonly Replica[];
  readonly flights: readonly Flight[];
  /** What authors were told, by id: the homes that accepted it. */
  readonly accepted: Readonly<Record<string, readonly string[]>>;
  /** Revisions of the old epoch that the new home has found after the move. */
  readonly reported: readonly string[];
  readonly acceptedLate: number;
  /** What had been replicated when the home moved, and which of it the new home accepted once more. */
  readonly knownAtMove: readonly string[];
  readonly acceptedAgain?: string;
}

export interface MoveWorld {
  readonly fence: Fence;
  readonly ids: readonly ('update' | 'kill' | 'restore')[];
  /** Whether changes are proven, so that KNOWN_GOOD moves. */
  readonly proves: boolean;
  readonly reverts: boolean;
}

export const kindOf = { update: 'updated', kill: 'killed', restore: 'restored' } as const;
export const OLD = 0;
export const NEW = 1;
export const FIRST: Revision = { order: { epoch: 1, revision: 1 }, kind: 'created', id: 'first', killed: false };

export const textOf = ({ epoch, revision }: Order): string => `${epoch}.${revision}`;

export const newestRevision = ({ revisions }: Replica): Revision =>
  revisions.reduce((newest, other) => (isNewer(other.order, newest.order) ? other : newest));

export const atOrder = ({ revisions }: Replica, order: Order): Revision | undefined =>
  revisions.find((revision) => sameOrder(revision.order, order));

export const withRevision = (revisions: readonly Revision[], revision: Revision): Revision[] =>
  [...revisions.filter(({ order }) => !sameOrder(order, revision.order)), revision].sort((a, b) =>
    compareOrders(a.order, b.order),
  );

export const withReplica = (state: MoveState, region: number, changed: Partial<Replica>): MoveState => {
  const replica = state.replicas[region];
  return replica === undefined
    ? state
    : { ...state, replicas: withItem(state.replicas, region, { ...replica, ...changed }) };
};

/** Writes here, and sends the item to the other region. */
export const put = (state: MoveState, region: number, item: 'CURRENT' | 'KNOWN_GOOD', order: Order): MoveState => {
  const stamp = state.stamp + 1;
  const value = { order, stamp };
  const written = withReplica(
    { ...state, stamp },
    region,
    item === 'CURRENT' ? { current: value } : { knownGood: value },
  );
  return { ...written, flights: [...written.flights, { to: 1 - region, item, value }] };
};

interface Acceptance {
  kind: Kind;
  id: string;
  epoch: number;
  killed: boolean;
  cause?: string;
  base: Order;
}

export const acceptIn = (
  state: MoveState,
  region: number,
  { kind, id, epoch, killed, cause, base }: Acceptance,
): MoveState => {
  const order = nextOrder(epoch, base);
  const revision: Revision = { order, kind, id, killed, ...(cause === undefined ? {} : { cause }) };
  const replica = state.replicas[region];
  if (replica === undefined) return state;
  const written = withReplica(state, region, {
    revisions: withRevision(replica.revisions, revision),
    changes: { ...replica.changes, [id]: 'accepted' },
  });
  const sent: MoveState = { ...written, flights: [...written.flights, { to: 1 - region, item: 'REVISION', revision }] };
  return put(sent, region, 'CURRENT', order);
};
