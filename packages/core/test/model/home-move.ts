import { compareOrders, isNewer, nextOrder, type Order, sameOrder } from '../../lib/order.ts';
import { type Model, type Step, withItem, without } from './search.ts';

/**
 * Rule 17: another region is made home. One flag, two regions; REVISION items replicate one by one, CURRENT and KNOWN_GOOD
 * by last writer wins; the old home is fenced early, late or never, and goes on accepting until then.
 *
 * The model is ahead of the product here: promotion is not built yet.
 */
export interface MoveRules {
  /** The new home numbers from its newest REVISION, not from CURRENT. */
  readonly numbersFromNewestRevision: boolean;
  readonly rebuildsOutcomes: boolean;
  /** A revert says that its cause was accepted and taken back, although the cause's own REVISION has not come. */
  readonly rebuildsFromCauses: boolean;
  /** Taken back when a revert names it, verified up to KNOWN_GOOD, else unverified. Otherwise all are undecided. */
  readonly rebuildsStates: boolean;
  /** CURRENT and KNOWN_GOOD are put back when a lower epoch appears. */
  readonly putsCurrentBack: boolean;
  readonly putsKnownGoodBack: boolean;
  /** A kill of the old epoch that turns up later is killed again. */
  readonly killsAgain: boolean;
  /** CURRENT is put right before it is asked whether a kill is still due. */
  readonly putsRightFirst: boolean;
}

export const moveRules: MoveRules = {
  numbersFromNewestRevision: true,
  rebuildsOutcomes: true,
  rebuildsFromCauses: true,
  rebuildsStates: true,
  putsCurrentBack: true,
  putsKnownGoodBack: true,
  killsAgain: true,
  putsRightFirst: true,
};

export type Fence = 'first' | 'late' | 'never';
type Kind = 'created' | 'updated' | 'killed' | 'restored' | 'reverting';
type State = 'accepted' | 'verified' | 'unverified' | 'rolled-back' | 'superseded';

interface Revision {
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

interface Replica {
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

const kindOf = { update: 'updated', kill: 'killed', restore: 'restored' } as const;
const OLD = 0;
const NEW = 1;
const FIRST: Revision = { order: { epoch: 1, revision: 1 }, kind: 'created', id: 'first', killed: false };

const textOf = ({ epoch, revision }: Order): string => `${epoch}.${revision}`;

const newestRevision = ({ revisions }: Replica): Revision =>
  revisions.reduce((newest, other) => (isNewer(other.order, newest.order) ? other : newest));

const atOrder = ({ revisions }: Replica, order: Order): Revision | undefined =>
  revisions.find((revision) => sameOrder(revision.order, order));

const withRevision = (revisions: readonly Revision[], revision: Revision): Revision[] =>
  [...revisions.filter(({ order }) => !sameOrder(order, revision.order)), revision].sort((a, b) =>
    compareOrders(a.order, b.order),
  );

const withReplica = (state: MoveState, region: number, changed: Partial<Replica>): MoveState => {
  const replica = state.replicas[region];
  return replica === undefined
    ? state
    : { ...state, replicas: withItem(state.replicas, region, { ...replica, ...changed }) };
};

/** Writes here, and sends the item to the other region. */
const put = (state: MoveState, region: number, item: 'CURRENT' | 'KNOWN_GOOD', order: Order): MoveState => {
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

const acceptIn = (
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

export const moveModel = (rules: MoveRules, world: MoveWorld): Model<MoveState> => {
  const baseOf = (replica: Replica, region: number): Order =>
    region === NEW && rules.numbersFromNewestRevision ? newestRevision(replica).order : replica.current.order;

  const ofHome = (state: MoveState, region: number, epoch: number): Step<MoveState>[] => {
    const replica = state.replicas[region];
    if (replica === undefined) return [];
    const steps: Step<MoveState>[] = [];
    const current = atOrder(replica, replica.current.order);
    const base = baseOf(replica, region);
    // What a change is built on: a home that has its own CURRENT, and the newest REVISION right after a move.
    const built = atOrder(replica, base) ?? current;
    for (const id of world.ids) {
      const kind = kindOf[id];
      if (built === undefined || (kind !== 'updated' && built.killed !== (kind === 'restored'))) continue;
      if (id in replica.changes) continue;
      const before = state.accepted[id];
      // An author who has heard nothing sends his proposal to the new home, once.
      if (before !== undefined && !(region === NEW && before.length === 1)) continue;
      // The transaction finds the REVISION: the old home has seen the new CURRENT, and counts on from there.
      if (atOrder(replica, nextOrder(epoch, base)) !== undefined) continue;
      const isLate = state.isMoved && region === OLD;
      if (isLate && state.acceptedLate === 1) continue;
      // Only a restore lifts a kill.
      const killed = kind === 'killed' || (kind === 'updated' && built.killed);
      const next = acceptIn(state, region, { kind, id, epoch, killed, base });
      const order = next.replicas[region]?.current.order ?? base;
      const accepted = { ...next.accepted, [id]: [...(before ?? []), `${region}`] };
      steps.push({
        says: `region ${region} accepts the ${id} as ${textOf(order)}, and its author is told`,
        next: {
          ...next,
          accepted,
          ...(region === NEW && state.knownAtMove.includes(id) ? { acceptedAgain: id } : {}),
          acceptedLate: state.acceptedLate + (isLate ? 1 : 0),
        },
        optional: true,
      });
    }
    if (current === undefined) return steps;
    const open = replica.changes[current.id];
    if (
      world.proves &&
      current.order.epoch === epoch &&
      isNewer(current.order, replica.knownGood.order) &&
      open !== 'rolled-back'
    ) {
      const proven = withReplica(state, region, { changes: { ...replica.changes, [current.id]: 'verified' } });
      const next = put(proven, region, 'KNOWN_GOOD', current.order);
      steps.push({ says: `region ${region} proves ${textOf(current.order)}`, next, optional: true });
    }
    if (world.reverts && region === OLD && !state.isMoved && open === 'accepted' && current.kind === 'updated') {
      const judged = withReplica(state, region, { changes: { ...replica.changes, [current.id]: 'rolled-back' } });
      const revert = { kind: 'reverting', id: `revert of ${current.id}`, cause: current.id } as const;
      const killed = replica.revisions.findLast(({ order }) => isNewer(current.order, order))?.killed ?? false;
      const next = acceptIn(judged, region, { ...revert, epoch, killed, base: current.order });
      steps.push({ says: `region ${region} takes ${textOf(current.order)} back`, next, optional: true });
    }
    return steps;
  };

  const promote = (state: MoveState): MoveState => {
    const replica = state.replicas[NEW];
    if (replica === undefined) return state;
    const causes = replica.revisions.flatMap(({ cause }) => (cause === undefined ? [] : [cause]));
    const changes = Object.fromEntries([
      ...(rules.rebuildsFromCauses ? causes.map((id): [string, State] => [id, 'rolled-back']) : []),
      ...replica.revisions.map(({ id, order }): [string, State] => {
        if (!rules.rebuildsStates) return [id, 'accepted'];
        if (causes.includes(id)) return [id, 'rolled-back'];
        return [id, isNewer(order, replica.knownGood.order) ? 'unverified' : 'verified'];
      }),
    ]);
    const rebuilt = withReplica(state, NEW, { changes: rules.rebuildsOutcomes ? changes : {} });
    return { ...rebuilt, isMoved: true, knownAtMove: replica.revisions.map(({ id }) => id) };
  };

  const ofMove = (state: MoveState): Step<MoveState>[] => {
    const { isCut, isMoved, isFenced } = state;
    const steps: Step<MoveState>[] = [];
    if (!isCut && !isMoved) {
      steps.push({ says: 'region 0 is cut off', next: { ...state, isCut: true }, optional: true });
    }
    if (isCut && !isFenced && !isMoved && world.fence === 'first') {
      steps.push({ says: 'the old home is fenced', next: { ...state, isFenced: true } });
    }
    if (isCut && !isMoved && (world.fence !== 'first' || isFenced)) {
      steps.push({ says: 'region 1 is made home, epoch 2', next: promote(state) });
    }
    if (isMoved && !isFenced && !isCut && world.fence === 'late') {
      steps.push({ says: 'the old home is fenced, late', next: { ...state, isFenced: true } });
    }
    if (isCut && isMoved) steps.push({ says: 'region 0 is back', next: { ...state, isCut: false } });
    return steps;
  };

  const ofReplication = (state: MoveState): Step<MoveState>[] => {
    if (state.isCut) return [];
    return state.flights.map((flight, at) => {
      const landed = { ...state, flights: without(state.flights, at) };
      const replica = state.replicas[flight.to];
      if (replica === undefined) return { says: '', next: landed };
      if (flight.item === 'REVISION') {
        const revisions = withRevision(replica.revisions, flight.revision);
        const says = `REVISION ${textOf(flight.revision.order)} reaches region ${flight.to}`;
        return { says, next: withReplica(landed, flight.to, { revisions }) };
      }
      const field = flight.item === 'CURRENT' ? 'current' : 'knownGood';
      const wins = flight.value.stamp > replica[field].stamp;
      const next = wins ? withReplica(landed, flight.to, { [field]: flight.value }) : landed;
      return {
        says: `${flight.item} ${textOf(flight.value.order)} reaches region ${flight.to}${wins ? '' : ', too old'}`,
        next,
      };
    });
  };

  /** What the new home does about whatever the old epoch left behind. */
  const ofNewHome = (state: MoveState): Step<MoveState>[] => {
    const replica = state.replicas[NEW];
    if (!state.isMoved || replica === undefined) return [];
    const steps: Step<MoveState>[] = [];
    const own = replica.revisions.findLast(({ order }) => order.epoch === 2);
    const isOverwritten = own !== undefined && replica.current.order.epoch < 2;
    if (rules.putsCurrentBack && isOverwritten) {
      steps.push({
        says: `region 1 puts CURRENT ${textOf(own.order)} back`,
        next: put(state, NEW, 'CURRENT', own.order),
      });
    }
    const good = replica.revisions.findLast(({ order, id }) => order.epoch === 2 && replica.changes[id] === 'verified');
    if (rules.putsKnownGoodBack && good !== undefined && replica.knownGood.order.epoch < 2) {
      steps.push({
        says: `region 1 puts KNOWN_GOOD ${textOf(good.order)} back`,
        next: put(state, NEW, 'KNOWN_GOOD', good.order),
      });
    }
    for (const revision of replica.revisions) {
      const key = textOf(revision.order);
      const isKnown = revision.id in replica.changes && rules.rebuildsOutcomes;
      if (revision.order.epoch === 2 || revision === replica.revisions[0] || isKnown || state.reported.includes(key))
        continue;
      const reported = { ...state, reported: [...state.reported, key].sort() };
      const isDue = revision.kind === 'killed' && rules.killsAgain;
      if (isDue && rules.putsRightFirst && isOverwritten) continue;
      const seen = rules.putsRightFirst ? newestOwn(replica) : atOrder(replica, replica.current.order);
      const restoredHere = replica.revisions.some(({ order, kind }) => order.epoch === 2 && kind === 'restored');
      if (isDue && seen !== undefined && !seen.killed && !restoredHere) {
        const again = {
          kind: 'killed',
          id: `again ${revision.id}`,
          epoch: 2,
          killed: true,
          base: baseOf(replica, NEW),
        } as const;
        steps.push({ says: `region 1 finds the kill ${key} and kills again`, next: acceptIn(reported, NEW, again) });
        continue;
      }
      const isCurrent = sameOrder(replica.current.order, revision.order);
      const changes = { ...replica.changes, [revision.id]: isCurrent ? 'unverified' : 'superseded' } as const;
      steps.push({
        says: `region 1 finds ${key} of the old epoch and reports it`,
        next: withReplica(reported, NEW, revision.id in replica.changes ? {} : { changes }),
      });
    }
    return steps;
  };

  const start: Replica = {
    revisions: [FIRST],
    current: { order: FIRST.order, stamp: 1 },
    knownGood: { order: FIRST.order, stamp: 1 },
    changes: {},
  };
  return {
    start: {
      stamp: 1,
      isCut: false,
      isMoved: false,
      isFenced: false,
      replicas: [{ ...start, changes: { first: 'verified' } }, start],
      flights: [],
      accepted: {},
      reported: [],
      acceptedLate: 0,
      knownAtMove: [],
    },
    steps: (state) => [
      ...(state.isFenced ? [] : ofHome(state, OLD, 1)),
      ...(state.isMoved ? ofHome(state, NEW, 2) : []),
      ...ofMove(state),
      ...ofReplication(state),
      ...ofNewHome(state),
    ],
    always: {
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
    },
    atRest: movePromises,
  };
};

/** The newest revision that the new home wrote, or the one that it took over. */
const newestOwn = (replica: Replica): Revision | undefined =>
  replica.revisions.findLast(({ order }) => order.epoch === 2) ?? atOrder(replica, replica.current.order);

const movePromises: Model<MoveState>['always'] = {
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

export const moveWorlds = (large: boolean): Readonly<Record<string, MoveWorld>> => ({
  ...Object.fromEntries(
    (['first', 'late', 'never'] as const).map((fence): [string, MoveWorld] => [
      `a kill and an update, fenced ${fence}`,
      { fence, ids: ['update', 'kill'], proves: false, reverts: false },
    ]),
  ),
  'an update that is taken back or proven, fenced first': {
    fence: 'first',
    ids: ['update'],
    proves: true,
    reverts: true,
  },
  'an update that is taken back or proven, fenced late': {
    fence: 'late',
    ids: ['update'],
    proves: true,
    reverts: true,
  },
  ...(large
    ? {
        'a kill, an update and a restore, fenced late': {
          fence: 'late',
          ids: ['update', 'kill', 'restore'],
          proves: false,
          reverts: false,
        },
        'a kill and an update, proven, fenced first': {
          fence: 'first',
          ids: ['update', 'kill'],
          proves: true,
          reverts: false,
        },
        'a kill and an update, proven or taken back, fenced late': {
          fence: 'late',
          ids: ['update', 'kill'],
          proves: true,
          reverts: true,
        },
      }
    : {}),
});
