import { changeKeyOf, parseEnvelope } from '@flaghoist/core/envelope';
import { isRetryable } from '@flaghoist/core/errors';
import { expectLate } from '@flaghoist/core/expect-row';
import { orderKey, orderSchema, sameOrder } from '@flaghoist/core/order';
import { parseJson } from '@flaghoist/core/parse';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import { ROW_LIFETIME_MS } from '@flaghoist/core/storage/verification-items';
import * as z from 'zod/mini';
import type { FlagMessage } from './message-reader.ts';

export interface ExpectMissingPorts {
  region: string;
  flags: Pick<FlagStore, 'revision'>;
  verification: Pick<VerificationStore, 'row' | 'expect' | 'refusalOf'>;
  clock: Clock;
  log: Logger;
}

/** What names a revision's row, and says whether it is due. */
const headSchema = z.object({
  flagKey: z.string(),
  ...orderSchema.shape,
  change: z.object({ id: z.string() }),
  at: z.object({ accepted: z.number() }),
});

type Head = z.output<typeof headSchema>;
type Place = Pick<Head, 'flagKey' | 'epoch' | 'revision'>;

/** A revision by its key, and its bytes, whatever they say. */
interface Stored {
  readonly place: Place;
  readonly body: string;
}

/** A revision on the way back, as far as it was read. */
interface Step {
  readonly head: Head;
  readonly body: string;
}

/** Until then the stream record of a revision may still be on its way, or be tried again. */
const ON_ITS_WAY_MS = 60_000;
/** Rows looked for in one pass; the next one goes on. */
const MAX_LOOKED_FOR = 200;
/** Revisions whose row is known to be there. */
const MAX_KNOWN = 20_000;

/**
 * Writes the rows that are missing: a revision came with a stream record that was given up, and nobody would ever look
 * whether the caches hold it (rule 12). Only for revisions that are younger than a row's lifetime, so that no row that has
 * expired comes to life again. A row's time is when it was written, its expected set that of the revision's topology.
 *
 * Walks from each CURRENT back over its flag's revisions. What has its row is remembered, so that a pass costs as much as has
 * changed since the last one.
 */
export const createExpectMissing = ({ region, flags, verification, clock, log }: ExpectMissingPorts) => {
  const known = new Set<string>();

  /** Another home goes on counting in a later epoch: the revision before may be of any that has been. */
  const storedBefore = async ({ flagKey, epoch, revision }: Place): Promise<Stored | undefined> => {
    if (revision === 1) return undefined;
    for (let before = epoch; before >= 1; before -= 1) {
      const place = { flagKey, epoch: before, revision: revision - 1 };
      const stored = await flags.revision(flagKey, place);
      if (stored !== undefined) return { place, body: stored.body };
    }
    return undefined;
  };

  /**
   * Schema and digests are checked only of what gets a row: a function that begins anew walks over all that were. What is not
   * what its key says is passed by: a walk that followed it would not end.
   */
  const previousOf = async (head: Head): Promise<Step | undefined> => {
    for (let stored = await storedBefore(head); stored !== undefined; stored = await storedBefore(stored.place)) {
      const { place, body } = stored;
      const found = readable(() => headOf(body));
      if (found?.flagKey === place.flagKey && sameOrder(found, place)) return { head: found, body };
    }
    return undefined;
  };

  /** @returns whether the row was missing */
  const expect = async ({ head, body }: Step): Promise<boolean> => {
    if ((await verification.row(changeKeyOf(head))) !== undefined) return false;
    const envelope = readable(() => parseEnvelope(body));
    return envelope !== undefined && expectLate(envelope, { region, verification, clock });
  };

  /** @returns how many rows were written */
  return async (currents: readonly FlagMessage[]): Promise<number> => {
    const now = clock.now();
    if (known.size > MAX_KNOWN) known.clear();
    let looked = 0;
    const written: string[] = [];
    for (const current of currents) {
      let step: Step | undefined = { head: current.envelope, body: current.body };
      while (step !== undefined && now - step.head.at.accepted < ROW_LIFETIME_MS) {
        const { head }: Step = step;
        const name = `${head.flagKey} ${orderKey(head)}`;
        if (known.has(name)) break;
        const isDue = now - head.at.accepted >= ON_ITS_WAY_MS;
        if (isDue) {
          if (looked === MAX_LOOKED_FOR) return written.length;
          looked += 1;
          if (await expect(step)) written.push(head.change.id);
        }
        const previous: Step | undefined = await previousOf(head);
        // Those behind it have been seen by the time that it is.
        if (isDue) known.add(name);
        step = previous;
      }
    }
    if (written.length > 0) log.warn('expectation rows were missing', { region, changeIds: written });
    return written.length;
  };
};

const headOf = (body: string): Head =>
  parseJson(headSchema, body, {
    what: 'revision in `flags`',
    hint: 'Only the validator writes it. Look who wrote this one.',
  });

/** What cannot be read is left alone: the sweep of the audit trail reports it. */
const readable = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (isRetryable(error)) throw error;
    return undefined;
  }
};
