import { type EventOf, eventOf } from './events.ts';
import type { HomeMove } from './ports/home-source.ts';
import type { Publication } from './ports/topology-source.ts';
import type { Topology } from './topology.ts';
import { transitionsOf } from './topology-change.ts';

/* What the trail says of what operators did, as functions of what the table `flags` keeps of it, and of nothing else. */

/** Nothing was there before: the first epoch's home comes after none. */
const ABSENT = 'absent';
const FIRST_EPOCH = 1;

/** Every move that made this region home, the first one too, as far as HOME remembers. */
export const homeMovedEvents = (last: HomeMove, region: string): readonly EventOf<'HomeMoved'>[] => {
  const moves = [...(last.former ?? []), last];
  return moves.flatMap(({ region: to, epoch, actor, at }, index) => {
    const from = epoch === FIRST_EPOCH ? ABSENT : moves[index - 1]?.region;
    if (to !== region || from === undefined) return [];
    const detail = { region: to, epoch, from, actor };
    return [eventOf({ type: 'HomeMoved', identity: [String(epoch)], region, at, detail })];
  });
};

export const topologyPublishedId = (version: number): string => `TopologyPublished:${version}`;

/**
 * @param before the version that it was made from
 * @param region the home region
 */
export const topologyPublishedEvent = (
  published: Topology,
  { actor, at }: Publication,
  before: Topology,
  region: string,
): EventOf<'TopologyPublished'> => {
  const { version } = published;
  const transitions = transitionsOf(before, published).map((each) => ({ ...each }));
  const detail = { version, actor, transitions };
  return eventOf({ type: 'TopologyPublished', identity: [String(version)], region, at, detail });
};
