import { UnavailableError } from '@flaghoist/core/errors';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import { documentOf } from './audit-document.ts';
import type { SweepPorts } from './ports.ts';

export interface MadeUp {
  /** Events that were not in the trail although they had time to arrive. */
  readonly missing: number;
  /** Those of them that are there now. */
  readonly written: number;
}

/**
 * Writes those events that the trail lacks.
 *
 * @throws UnavailableError when the index is out of reach, or refuses some for now
 */
export const makeUp = async (
  events: readonly FlaghoistEvent[],
  { audit, log }: Pick<SweepPorts, 'audit' | 'log'>,
): Promise<MadeUp> => {
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
