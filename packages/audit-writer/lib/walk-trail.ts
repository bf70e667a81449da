import { decisionEvents, refusedEvents, revisionEvents } from '@flaghoist/core/change-events';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import { approvedEvent } from '@flaghoist/core/identity-events';
import type { Happening } from '@flaghoist/core/ports/trail-store';
import { type MadeUp, makeUp } from './make-up.ts';
import type { SweepPorts } from './ports.ts';
import { acceptedRevision } from './read-envelope.ts';

/** Things that happened, looked for in the index by one request. Each has four events at most. */
const PAGE = 200;

interface Walk {
  /** Epoch milliseconds: from this moment on, and before that one. */
  readonly from: number;
  readonly to: number;
  /** No page is begun after it. */
  readonly endsAt: number;
  /** Told after each page: what happened before this moment is in the trail now. */
  readonly keep: (through: number) => Promise<void>;
}

interface Walked extends MadeUp {
  /** Whether it came to the end. */
  readonly whole: boolean;
}

/**
 * Walks what happened in home by time, and makes up each event that the trail lacks: the same that was lost, under the same
 * id. What was found in order is not asked for again.
 *
 * @throws UnavailableError when the index or a table is out of reach; the next run goes on from there
 */
export const walkTrail = async ({ from, to, endsAt, keep }: Walk, ports: SweepPorts): Promise<Walked> => {
  let missing = 0;
  let written = 0;
  let page: Happening[] = [];
  const mendPage = async (): Promise<void> => {
    const events = (await Promise.all(page.map((happening) => eventsOf(happening, ports)))).flat();
    const mended = await makeUp(events, ports);
    missing += mended.missing;
    written += mended.written;
  };
  for await (const happening of ports.trail.happened(from, to)) {
    page.push(happening);
    if (page.length < PAGE) continue;
    await mendPage();
    page = [];
    // This moment may have more of what happened in it.
    await keep(happening.at);
    if (ports.clock.now() >= endsAt) {
      ports.log.warn('sweep goes on in its next run', { region: ports.region });
      return { missing, written, whole: false };
    }
  }
  await mendPage();
  return { missing, written, whole: true };
};

const eventsOf = async (happening: Happening, ports: SweepPorts): Promise<readonly FlaghoistEvent[]> => {
  const { region, log } = ports;
  if ('unreadable' in happening) {
    log.error('item of changes cannot be read, the trail does not speak of it', { error: happening.unreadable });
    return [];
  }
  if ('given' in happening) return [approvedEvent(happening.given, region)];
  if ('overwriting' in happening) return [happening.overwriting];
  if ('outcome' in happening) return refusedEvents(happening.outcome, region);
  const { record } = happening;
  const envelope = await acceptedRevision(record, ports);
  const acceptance = envelope === undefined ? [] : revisionEvents(envelope, region);
  return [...acceptance, ...decisionEvents(record, region)];
};
