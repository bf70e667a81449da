import { changeKeyOf, type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { isRetryable } from '@flaghoist/core/errors';
import { expectLate } from '@flaghoist/core/expect-row';
import { orderKey } from '@flaghoist/core/order';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import { ROW_LIFETIME_MS } from '@flaghoist/core/storage/verification-items';
import type { FlagMessage } from './message-reader.ts';

export interface ExpectMissingPorts {
  region: string;
  flags: Pick<FlagStore, 'revision'>;
  verification: Pick<VerificationStore, 'row' | 'expect' | 'refusalOf'>;
  clock: Clock;
  log: Logger;
}

type Head = FlagMessage['envelope'];

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
  const storedBefore = async ({ flagKey, epoch, revision }: Head): Promise<StoredRevision | undefined> => {
    if (revision === 1) return undefined;
    for (let before = epoch; before >= 1; before -= 1) {
      const stored = await flags.revision(flagKey, { epoch: before, revision: revision - 1 });
      if (stored !== undefined) return stored;
    }
    return undefined;
  };

  const previousOf = async (head: Head): Promise<Envelope | undefined> => {
    const stored = await storedBefore(head);
    try {
      return stored && parseEnvelope(stored.body);
    } catch (error) {
      if (isRetryable(error)) throw error;
      // The sweep of the audit trail reports it.
      return undefined;
    }
  };

  /** @returns whether the row was missing */
  const expect = async (envelope: Head): Promise<boolean> => {
    if ((await verification.row(changeKeyOf(envelope))) !== undefined) return false;
    return expectLate(envelope, { region, verification, clock });
  };

  /** @returns how many rows were written */
  return async (currents: readonly FlagMessage[]): Promise<number> => {
    const now = clock.now();
    if (known.size > MAX_KNOWN) known.clear();
    let looked = 0;
    const written: string[] = [];
    for (const current of currents) {
      let envelope: Head | undefined = current.envelope;
      while (envelope !== undefined && now - envelope.at.accepted < ROW_LIFETIME_MS) {
        const name = `${envelope.flagKey} ${orderKey(envelope)}`;
        if (known.has(name)) break;
        if (now - envelope.at.accepted >= ON_ITS_WAY_MS) {
          if (looked === MAX_LOOKED_FOR) return written.length;
          looked += 1;
          if (await expect(envelope)) written.push(envelope.change.id);
        }
        const previous: Head | undefined = await previousOf(envelope);
        // Those behind it have been seen by the time that it is.
        if (now - envelope.at.accepted >= ON_ITS_WAY_MS) known.add(name);
        envelope = previous;
      }
    }
    if (written.length > 0) log.warn('expectation rows were missing', { region, changeIds: written });
    return written.length;
  };
};
