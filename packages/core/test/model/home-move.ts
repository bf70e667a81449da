import { isNewer, nextOrder, type Order, sameOrder } from '../../lib/order.ts';
import { moveAlways, moveAtRest } from './home-move-promises.ts';
import {
  acceptIn,
  atOrder,
  FIRST,
  kindOf,
  type MoveState,
  type MoveWorld,
  NEW,
  newestRevision,
  OLD,
  put,
  type Replica,
  type Revision,
  type State,
  textOf,
  withReplica,
  withRevision,
} from './home-move-state.ts';
import { type Model, type Step, without } from './search.ts';

/**
 * Rule 17: another region is made home. One flag, two regions; REVISION items replicate one by one, CURRENT and KNOWN_GOOD
 * by last writer wins; the old home is fenced early, late or never, and goes on accepting until then.
 *
 * The product: `packages/operations` (promote, adopt-revision) and `taken-over.ts`. Its kill is carried out again whenever what
 * counts is of a later epoch than the kill; with the two epochs of this model that is the same.
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
    always: moveAlways,
    atRest: moveAtRest,
  };
};

/** The newest revision that the new home wrote, or the one that it took over. */
const newestOwn = (replica: Replica): Revision | undefined =>
  replica.revisions.findLast(({ order }) => order.epoch === 2) ?? atOrder(replica, replica.current.order);
