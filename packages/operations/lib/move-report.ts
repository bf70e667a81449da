import type { ChangeKind, ChangeState } from '@flaghoist/core/change';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Order } from '@flaghoist/core/order';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { HomeMove, HomeStore } from '@flaghoist/core/ports/home-source';
import { sealedIn } from './adopt-revision.ts';

/** A change that a former home accepted, and that nobody else had seen when home was moved. */
export interface FoundChange {
  readonly flagKey: string;
  readonly changeId: string;
  readonly order: Order;
  readonly kind: ChangeKind;
  readonly actor: string;
  /** `unverified` or later `verified` where it is what counts; `superseded` where it never took effect. */
  readonly state: ChangeState;
  /** The kill that carried it out again. */
  readonly killedAgainAs: Order | null;
}

/** Plain data: what `--json` prints. */
export interface MoveReport extends HomeMove {
  /** Revisions of all epochs. */
  readonly revisions: number;
  /** Those of older epochs that have no record here yet: the function that meets them is at it. */
  readonly pending: number;
  /** Revisions that are not what was sealed: nobody takes them over. */
  readonly unreadable: number;
  readonly found: readonly FoundChange[];
}

interface Ports {
  readonly flags: Pick<FlagStore, 'revisions'>;
  readonly changes: Pick<ChangeStore, 'record'>;
  readonly home: Pick<HomeStore, 'lastMove'>;
}

/**
 * What the last move of home has cost so far. It grows while the former home is coming back: ask again once its region is.
 *
 * @throws UnavailableError
 */
export const moveReport = async ({ flags, changes, home }: Ports): Promise<MoveReport> => {
  const move = await home.lastMove();
  if (move === undefined)
    throw new UnavailableError(
      'the item HOME',
      'No region has been made home yet: hoist promote does it, once a topology is published.',
    );
  const found: FoundChange[] = [];
  const again = new Map<string, Order>();
  let revisions = 0;
  let pending = 0;
  let unreadable = 0;
  for await (const { flagKey, order, body } of flags.revisions()) {
    revisions += 1;
    const envelope = sealedIn({ body });
    if (envelope === undefined) {
      unreadable += 1;
      continue;
    }
    const { kind, change } = envelope;
    if (kind === 'killed' && change.causeId !== undefined) again.set(`${flagKey} ${change.causeId}`, order);
    if (order.epoch >= move.epoch) continue;
    const record = await changes.record(flagKey, order);
    if (record === undefined) pending += 1;
    else if (record.foundInEpoch === move.epoch) {
      const { changeId, state } = record;
      found.push({ flagKey, changeId, order, kind, actor: change.actor, state, killedAgainAs: null });
    }
  }
  return {
    ...move,
    revisions,
    pending,
    unreadable,
    found: found.map((each) => ({ ...each, killedAgainAs: again.get(`${each.flagKey} ${each.changeId}`) ?? null })),
  };
};
