import { expectedServices } from '../../lib/audience.ts';
import { compareAndSet, type Held } from '../../lib/compare-and-set.ts';
import type { MemberState, Topology } from '../../lib/topology.ts';
import { topologyOf } from '../support.ts';
import { type Model, type Step, withItem, without } from './search.ts';

/**
 * Rule 8: a service joins and drains while changes are accepted. One flag, one region; `search` has always served, `billing`
 * comes and goes. A region joins by the same words. The compare-and-set and the expected set are core's own.
 *
 * The product: `packages/operations` (publish-topology, members) and `topology-change.ts`.
 */
export interface MembershipRules {
  readonly subscribesFromJoiningOn: boolean;
  readonly servesOnlyWhenLoaded: boolean;
  readonly servesOnlyAfterACleanPass: boolean;
  /** Who comes back from draining joins again. */
  readonly drainingJoinsAgain: boolean;
  readonly expects: typeof expectedServices;
}

export const membershipRules: MembershipRules = {
  subscribesFromJoiningOn: true,
  servesOnlyWhenLoaded: true,
  servesOnlyAfterACleanPass: true,
  drainingJoinsAgain: true,
  expects: expectedServices,
};

interface Change {
  /** Of `billing` when the change was accepted. */
  readonly memberAtAcceptance: MemberState | 'absent';
  readonly state: 'accepted' | 'verified';
}

export interface MembershipState {
  readonly member: MemberState | 'absent';
  /** The place in the list is the revision minus one. */
  readonly changes: readonly Change[];
  /** Messages to `billing`. */
  readonly queue: readonly number[];
  readonly held: number;
  readonly hasManifest: boolean;
  /** A full load has read this revision and not yet written it. */
  readonly loading: number | null;
  /** CURRENT when a pass of the reconciler found no difference since it last began to join. */
  readonly cleanAt: number | null;
  /** CURRENT when it last began to join. */
  readonly joinedAt: number;
  /** What its cache lacked when it began to serve. */
  readonly lacked?: string;
  readonly moves: number;
  readonly troubles: number;
}

const CHANGES = 3;

const heldOf = (revision: number): Held => ({
  order: { epoch: 1, revision },
  digest: `envelope ${revision}`,
  documentDigest: `document ${revision}`,
  tombstone: false,
});

const topologyWith = (member: MembershipState['member']): Topology =>
  topologyOf({
    regions: { 'eu-west-1': 'serving' },
    services: { search: 'serving', ...(member === 'absent' ? {} : { billing: member }) },
  });

const write = (state: MembershipState, revision: number): MembershipState => {
  const { hasManifest } = state;
  const current = state.held === 0 ? null : heldOf(state.held);
  const { write: writes } = compareAndSet(current, heldOf(revision), { hasManifest, repair: false });
  return writes ? { ...state, held: revision } : state;
};

export const membershipModel = (
  rules: MembershipRules,
  bounds: { readonly moves: number; readonly troubles: number },
): Model<MembershipState> => {
  const isSubscribed = ({ member }: MembershipState): boolean =>
    member === 'serving' || member === 'draining' || (member === 'joining' && rules.subscribesFromJoiningOn);

  const isExpected = (change: Change, { member }: MembershipState): boolean =>
    rules
      .expects({ audience: '*', departed: [] }, topologyWith(change.memberAtAcceptance), topologyWith(member))
      .includes('billing');

  const ofAuthors = (state: MembershipState): Step<MembershipState>[] => {
    const { changes, queue, member } = state;
    if (changes.length === CHANGES) return [];
    const revision = changes.length + 1;
    const next: MembershipState = {
      ...state,
      changes: [...changes, { memberAtAcceptance: member, state: 'accepted' }],
      queue: isSubscribed(state) ? [...queue, revision] : queue,
    };
    return [{ says: `revision ${revision} is accepted, billing is ${member}`, next, optional: true }];
  };

  const ofCache = (state: MembershipState): Step<MembershipState>[] => {
    const { queue, member, loading, changes, troubles } = state;
    const steps: Step<MembershipState>[] = [];
    if (member === 'absent') return steps;
    for (const [at, revision] of queue.entries()) {
      const taken = { ...state, queue: without(queue, at) };
      steps.push({ says: `billing gets revision ${revision}`, next: write(taken, revision) });
      if (troubles > 0) {
        const next = { ...taken, troubles: troubles - 1 };
        steps.push({ says: `the message of revision ${revision} is lost`, next, optional: true });
      }
    }
    if (!state.hasManifest && loading === null) {
      steps.push({ says: `a load reads revision ${changes.length}`, next: { ...state, loading: changes.length } });
    }
    if (loading !== null) {
      const written = loading === 0 ? state : write(state, loading);
      steps.push({
        says: `the load writes revision ${loading}`,
        next: { ...written, hasManifest: true, loading: null },
      });
    }
    if (troubles > 0 && (state.hasManifest || state.held > 0)) {
      const next = { ...state, held: 0, hasManifest: false, troubles: troubles - 1 };
      steps.push({ says: 'the cache of billing loses everything', next, optional: true });
    }
    if (state.hasManifest && state.held < changes.length) {
      const next = write(state, changes.length);
      steps.push({ says: `the reconciler brings revision ${changes.length}`, next });
    }
    const isNews = state.cleanAt !== changes.length && member === 'joining';
    if (state.hasManifest && state.held === changes.length && isNews) {
      const next = { ...state, cleanAt: changes.length };
      steps.push({ says: `a pass finds no difference at revision ${changes.length}`, next });
    }
    return steps;
  };

  const ofOperator = (state: MembershipState): Step<MembershipState>[] => {
    const { member, moves } = state;
    if (moves === 0) return [];
    const to = (target: MembershipState['member'], changed: Partial<MembershipState> = {}): Step<MembershipState> => ({
      says: `billing is ${target}`,
      next: { ...state, ...changed, member: target, moves: moves - 1 },
      optional: true,
    });
    const joining = { cleanAt: null, joinedAt: state.changes.length };
    const lacked = lackOf(state);
    const serving = lacked === undefined ? {} : { lacked };
    switch (member) {
      case 'absent':
        return [to('joining', joining)];
      case 'joining': {
        const isLoaded = state.hasManifest || !rules.servesOnlyWhenLoaded;
        const isClean = state.cleanAt !== null || !rules.servesOnlyAfterACleanPass;
        return isLoaded && isClean ? [to('serving', serving)] : [];
      }
      case 'serving':
        return [to('draining')];
      case 'draining': {
        const gone = { queue: [], held: 0, hasManifest: false, loading: null, cleanAt: null };
        return [rules.drainingJoinsAgain ? to('joining', joining) : to('serving', serving), to('absent', gone)];
      }
    }
  };

  /** The region answers for `billing` as well, when it is expected; `search` always holds everything. */
  const ofVerdicts = (state: MembershipState): Step<MembershipState>[] =>
    state.changes.flatMap((change, at) => {
      const isHeld = state.hasManifest && state.held > at;
      if (change.state === 'verified' || (isExpected(change, state) && !isHeld)) return [];
      const changes = withItem(state.changes, at, { ...change, state: 'verified' as const });
      return [{ says: `revision ${at + 1} is verified`, next: { ...state, changes } }];
    });

  return {
    start: {
      member: 'absent',
      changes: [{ memberAtAcceptance: 'absent', state: 'verified' }],
      queue: [],
      held: 0,
      hasManifest: false,
      loading: null,
      cleanAt: null,
      joinedAt: 0,
      ...bounds,
    },
    steps: (state) => [...ofAuthors(state), ...ofCache(state), ...ofOperator(state), ...ofVerdicts(state)],
    always: membershipPromises(bounds),
    atRest: {
      'every change is verified in the end': ({ changes }) => {
        const open = changes.findIndex(({ state }) => state === 'accepted');
        return open < 0 ? undefined : `revision ${open + 1} waits for a service that is not expected any more`;
      },
      'who serves holds CURRENT in the end': ({ member, held, changes }) =>
        member === 'serving' && held !== changes.length ? `billing holds revision ${held}` : undefined,
    },
  };
};

const lackOf = ({ hasManifest, held, cleanAt }: MembershipState): string | undefined => {
  if (!hasManifest) return 'billing serves, and is not loaded';
  return cleanAt === null || held < cleanAt ? `billing serves revision ${held}, and no pass found it clean` : undefined;
};

const membershipPromises = ({
  troubles: allowed,
}: {
  readonly troubles: number;
}): Model<MembershipState>['always'] => ({
  'who begins to serve has everything up to a clean pass': ({ lacked }) => lacked,
  'what is accepted while a service joins is on its way to it': ({
    member,
    held,
    queue,
    changes,
    loading,
    joinedAt,
    troubles,
  }) => {
    if (member !== 'joining' || troubles < allowed) return undefined;
    const missed = changes.findIndex(
      ({ memberAtAcceptance }, at) =>
        at >= joinedAt &&
        memberAtAcceptance === 'joining' &&
        held <= at &&
        !queue.includes(at + 1) &&
        (loading ?? 0) <= at,
    );
    return missed < 0 ? undefined : `revision ${missed + 1} was accepted meanwhile, and nobody sends it`;
  },
});
