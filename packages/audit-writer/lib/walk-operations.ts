import type { FlaghoistEvent } from '@flaghoist/core/events';
import { homeMovedEvents, topologyPublishedEvent, topologyPublishedId } from '@flaghoist/core/operations-events';
import type { Publication } from '@flaghoist/core/ports/topology-source';
import { type MadeUp, makeUp } from './make-up.ts';
import type { SweepPorts } from './ports.ts';

/** Versions of the topology looked at in one run: they are made by hand. */
const MAX_VERSIONS = 100;

interface Window {
  /** Epoch milliseconds: from this moment on, and before that one. */
  readonly from: number;
  readonly to: number;
}

/**
 * Holds the trail against what the table `flags` keeps of operators: the moves that made this region home, and the versions of
 * the topology. They carry the clock of who made them and may come here late, so each run looks at all of the last days.
 *
 * @throws UnavailableError when the index or the table is out of reach; the next run does it again
 */
export const walkOperations = async (window: Window, ports: SweepPorts): Promise<MadeUp> => {
  const last = await ports.home.lastMove();
  const moves = last === undefined ? [] : homeMovedEvents(last, ports.region);
  const within = moves.filter(({ at }) => at >= window.from && at < window.to);
  return makeUp([...within, ...(await publications(window, ports))], ports);
};

const publications = async ({ from, to }: Window, ports: SweepPorts): Promise<readonly FlaghoistEvent[]> => {
  const { topology, audit, region } = ports;
  const found: { readonly version: number; readonly publication: Publication }[] = [];
  let { version } = await topology.latest();
  for (let looked = 0; looked < MAX_VERSIONS; looked += 1) {
    const publication = await topology.publication(version);
    // The first of all is part of the deployment, and changes nothing.
    if (publication.follows === 0 || publication.at < from) break;
    if (publication.at < to) found.push({ version, publication });
    version = publication.follows;
  }
  if (found.length === 0) return [];
  // The topologies are large: only those are read that must be told.
  const there = await audit.existing(found.map((each) => topologyPublishedId(each.version)));
  const events: FlaghoistEvent[] = [];
  for (const { version: published, publication } of found) {
    if (there.has(topologyPublishedId(published))) continue;
    const [after, before] = [await topology.at(published), await topology.at(publication.follows)];
    events.push(topologyPublishedEvent(after, publication, before, region));
  }
  return events;
};
