import { decisionEvents, refusedEvents, revisionEvents } from '@flaghoist/core/change-events';
import { UnavailableError } from '@flaghoist/core/errors';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { Happening } from '@flaghoist/core/ports/trail-store';
import { documentOf } from './audit-document.ts';
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

interface Walked {
  /** Events that were not in the trail although they had time to arrive. */
  readonly missing: number;
  /** Those of them that are there now. */
  readonly written: number;
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
    const mended = await mend(page, ports);
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

const mend = async (page: readonly Happening[], ports: SweepPorts): Promise<Omit<Walked, 'whole'>> => {
  const { audit, log } = ports;
  const events = (await Promise.all(page.map((happening) => eventsOf(happening, ports)))).flat();
  if (events.length === 0) return { missing: 0, written: 0 };
  const there = await audit.existing(events.map(({ id }) => id));
  const missing = events.filter(({ id }) => !there.has(id));
  if (missing.length === 0) return { missing: 0, written: 0 };

  log.warn('events were missing in the trail', { ids: missing.map(({ id }) => id) });
  const results = await audit.create(missing.map(documentOf));
  const failed = results.filter((result) => result.status === 'failed');
  for (const { id, reason, retryable } of failed)
    log[retryable ? 'warn' : 'error']('event not written', { id, reason });
  if (failed.some(({ retryable }) => retryable)) {
    throw new UnavailableError(
      'room in the audit index',
      'It refused some events for now; the next sweep goes on with them.',
    );
  }
  return { missing: missing.length, written: missing.length - failed.length };
};

const eventsOf = async (happening: Happening, ports: SweepPorts): Promise<readonly FlaghoistEvent[]> => {
  const { region, log } = ports;
  if ('unreadable' in happening) {
    log.error('item of changes cannot be read, the trail does not speak of it', { error: happening.unreadable });
    return [];
  }
  if ('outcome' in happening) return refusedEvents(happening.outcome, region);
  const { record } = happening;
  const envelope = await acceptedRevision(record, ports);
  const acceptance = envelope === undefined ? [] : revisionEvents(envelope, region);
  return [...acceptance, ...decisionEvents(record, region)];
};
