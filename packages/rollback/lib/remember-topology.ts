import type { Clock } from '@flaghoist/core/ports/clock';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import { rememberFor } from '@flaghoist/core/remember';

type Latest = Pick<TopologySource, 'latest'>;

/** Twelve verdicts per change ask for it; an edit is some seconds old before it is everywhere anyway. */
const REMEMBERED_MS = 1_000;

/** Reads the newest topology once a second at most: reading and checking all of it costs more than judging a verdict. */
export const rememberTopology = (source: Latest, clock: Pick<Clock, 'now'>): Latest => ({
  latest: rememberFor(REMEMBERED_MS, () => source.latest(), clock),
});
