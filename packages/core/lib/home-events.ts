import type { FlaghoistEvent } from './events.ts';
import type { HomeMove } from './ports/home-source.ts';

/*
 * Who may tell what. Ids are deterministic, and the first event under an id is the one that stays: a region that told what
 * only home can know would be believed before home itself.
 */

/** What each region tells of itself, under an id that names it; all else is told by home. */
const isRegional = (event: FlaghoistEvent): boolean => {
  switch (event.type) {
    case 'RegionVerdict':
    case 'ChangePublished':
    case 'VerifyRequested':
    case 'CacheDegraded':
    case 'CacheRepaired':
      return true;
    case 'ChangeRejected':
      // Home rejects proposals; each region refuses revisions, also by its rules, and what is neither.
      return event.detail.order !== undefined || event.detail.reason !== 'rules';
    default:
      return false;
  }
};

/** Whether an event may come through any region's bus: its id is one that no other region, and not home, ever gives. */
export const isOwnWord = (event: FlaghoistEvent, through: string): boolean => {
  const [type, ...identity] = event.id.split(':');
  if (type !== event.type || !isRegional(event)) return false;
  return event.type === 'ChangeRejected' ? identity.at(-1) === through : identity.includes(through);
};

/** As long as EventBridge tries to hand an event over. */
const ON_ITS_WAY_MS = 24 * 3_600_000;

/**
 * Whether a region is home, or was until so recently that its last events may just have arrived.
 *
 * @param at when the event arrived, by the queue; epoch milliseconds
 */
export const mayTellForHome = (region: string, { former = [], ...last }: HomeMove, at: number): boolean => {
  const moves = [...former, last];
  return moves.some((move, index) => {
    const next = moves[index + 1];
    return move.region === region && (next === undefined || at < next.at + ON_ITS_WAY_MS);
  });
};
