import type { Clock } from '@flaghoist/core/ports/clock';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { Topology } from '@flaghoist/core/topology';

type Latest = Pick<TopologySource, 'latest'>;

/** Twelve verdicts per change ask for it; an edit is some seconds old before it is everywhere anyway. */
const REMEMBERED_MS = 1_000;

/** Reads the newest topology once a second at most: reading and checking all of it costs more than judging a verdict. */
export const rememberTopology = (source: Latest, clock: Pick<Clock, 'now'>): Latest => {
  let known: { topology: Topology; until: number } | undefined;
  return {
    latest: async () => {
      const now = clock.now();
      if (known !== undefined && now < known.until) return known.topology;
      const topology = await source.latest();
      known = { topology, until: now + REMEMBERED_MS };
      return topology;
    },
  };
};
