import { isRetryable } from '@flaghoist/core/errors';
import type { AcknowledgementQuery, AcknowledgementWindow } from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Random } from '@flaghoist/core/ports/random';
import { Acknowledged } from './acknowledged.ts';
import { QueryFailedError } from './errors.ts';

export interface ReadLogPorts {
  region: string;
  query: AcknowledgementQuery;
  clock: Clock;
  random: Random;
  log: Logger;
}

/** A region starts ten queries a second for everybody in it: wait long enough to be let in, jittered. */
const BACK_OFF_MS = 200;
const LONGEST_BACK_OFF_MS = 2_000;
/** Results may be asked for ten times a second and region. */
const POLL_MS = 250;

/**
 * Runs one query over a window and reads all its pages. Gives up at `giveUpAt`, epoch milliseconds, and then knows
 * nothing: the caches decide, not the log.
 *
 * @returns `undefined` when there was no result in time
 */
export const readLog = async (
  { region, query, clock, random, log }: ReadLogPorts,
  window: AcknowledgementWindow,
  giveUpAt: number,
): Promise<Acknowledged | undefined> => {
  const readPages = async (queryId: string): Promise<Acknowledged | undefined> => {
    const acknowledged = new Acknowledged();
    let next: string | undefined;
    for (;;) {
      const page = await query.results(queryId, next);
      if (page.status === 'failed') throw new QueryFailedError(queryId);
      if (page.status === 'complete') {
        acknowledged.add(page.rows);
        next = page.next;
        if (next === undefined) return acknowledged;
      } else if (clock.now() + POLL_MS > giveUpAt) {
        return undefined;
      } else {
        await clock.sleep(POLL_MS);
      }
    }
  };

  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readPages(await query.start(window));
    } catch (error) {
      if (!isRetryable(error)) throw error;
      const backOff = Math.min(BACK_OFF_MS * 2 ** (attempt - 1), LONGEST_BACK_OFF_MS) * (0.5 + random.next() / 2);
      if (clock.now() + backOff > giveUpAt) {
        log.warn('acknowledgement lines not read', { region, attempts: attempt, error });
        return undefined;
      }
      await clock.sleep(Math.ceil(backOff));
    }
  }
};
