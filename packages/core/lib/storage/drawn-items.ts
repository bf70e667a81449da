import { flagDraws } from '../bucketing.ts';
import type { Envelope } from '../envelope.ts';
import type { Publication } from '../ports/topology-source.ts';
import type { Topology } from '../topology.ts';
import { hasCounted } from './conditions.ts';
import { topologyWrite } from './flag-items.ts';
import { numberIn } from './found-item.ts';
import { DRAWN_COUNTERS, drawersKey, drawnKey } from './keys.ts';
import type { FoundItem, Key, Write as WriteIn } from './write.ts';

/*
 * A flag that draws is accepted under a version of the topology, and a version under which more services draw otherwise than
 * the agents is published over the flags that there are (rule 19). Neither may slip by the other: the acceptance counts itself
 * and relies on no such version having come, the publication relies on nothing having been counted since it looked.
 */

type Write = WriteIn<'flags'>;

/** FNV-1a: spreads keys that differ in their last characters only. */
const counterOf = (flagKey: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < flagKey.length; at += 1) hash = Math.imul(hash ^ flagKey.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % DRAWN_COUNTERS;
};

const counters: readonly number[] = Array.from({ length: DRAWN_COUNTERS }, (_, counter) => counter);

/**
 * What the acceptance of a revision writes and relies on because it draws; nothing where it does not. A revert brings back what
 * a publication has looked at as well, and waits for nobody.
 */
export const drawnWrites = (envelope: Envelope): readonly Write[] => {
  if (envelope.kind === 'rolled-back' || envelope.kind === 'killed' || !flagDraws(envelope)) return [];
  const counter = counterOf(envelope.flagKey);
  return [
    { table: 'flags', update: drawnKey(counter), add: { count: 1 } },
    {
      table: 'flags',
      check: drawersKey(counter),
      condition: {
        op: 'any',
        of: [
          { op: 'lacks', attribute: 'version' },
          { op: 'at-most', attribute: 'version', limit: envelope.topologyVersion },
        ],
      },
    },
  ];
};

/** The keys of all counters. */
export const drawnKeys: readonly Key[] = counters.map(drawnKey);

/** What a counter says; where there is none it has counted nothing. */
export const drawnIn = (item: FoundItem | undefined): number => (item === undefined ? 0 : numberIn(item, 'count'));

/** A version under which more services draw otherwise, in one transaction. @param drawn what was read of the counters before the flags */
export const drawersWrites = (
  topology: Topology,
  publication: Publication,
  drawn: readonly number[],
): readonly Write[] => [
  topologyWrite(topology, publication),
  ...counters.flatMap((counter): readonly Write[] => [
    { table: 'flags', put: { ...drawersKey(counter), version: topology.version } },
    { table: 'flags', check: drawnKey(counter), condition: hasCounted('count', drawn[counter] ?? 0) },
  ]),
];
