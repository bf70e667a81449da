import type { ChangeKey } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import { expectLate } from '@flaghoist/core/expect-row';
import { createExpected } from '@flaghoist/core/expected';
import { orderKey } from '@flaghoist/core/order';
import { Parts } from '@flaghoist/core/parts';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { ExpectRow, VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { Verdict } from '@flaghoist/core/verdict';
import type { Asked } from './workflow.ts';

export interface AnswerPorts {
  region: string;
  flags: Pick<FlagStore, 'revision'>;
  verification: Pick<VerificationStore, 'reopen' | 'expect' | 'refusalOf'>;
  topology: TopologySource;
  bus: EventBus;
  clock: Clock;
  log: Logger;
}

interface Answer extends ChangeKey {
  readonly verdict: Verdict;
  readonly expected: number;
  /** How many of them were seen holding it. */
  readonly holding: number;
  readonly look: ExpectRow['look'];
  /** Epoch milliseconds. */
  readonly seenAt: number;
}

/**
 * Opens the changes again that home asks for: it asks because it has recorded no proof. A region that has proven one says so
 * again, from its record; what was seen stays seen. One that has no row answers `unknown`, and writes the row when its
 * replica has the revision: it may have been lost with its stream record, and is looked at from now on.
 */
export const answerForMissing = async (ports: AnswerPorts, { changes = [], look = 1 }: Asked): Promise<void> => {
  const { region, verification, topology, bus, clock, log } = ports;
  if (changes.length === 0) return;
  const { missing, proven } = await verification.reopen(changes, look);
  const now = clock.now();
  const answers: Answer[] = missing.map((key) => ({
    ...key,
    verdict: 'unknown',
    expected: 0,
    holding: 0,
    look,
    seenAt: now,
  }));
  if (proven.length > 0) {
    const expectedOf = createExpected(topology, await topology.latest());
    for (const row of proven) {
      const expected = (await expectedOf(row))?.length ?? 0;
      // Proven is what every expected cache was seen holding, at the latest by now: a floor that home may go back to (rule 14).
      answers.push({ ...row, verdict: 'consistent', expected, holding: expected, seenAt: now });
    }
  }
  if (missing.length > 0) {
    log.warn('asked for changes of which there is no row', {
      region,
      changeIds: missing.map(({ changeId }) => changeId),
    });
  }
  const rows = new Parts();
  await Promise.all(missing.map((key) => rows.attempt(() => expectWhenThere(key, ports), undefined)));
  // Whatever becomes of the rows: what is proven does not wait for a replica that is away.
  if (answers.length > 0) await bus.publish(answers.map((answer) => verdictOf(answer, { region, at: now })));
  rows.end();
};

/** Writes the row that is missing, when this very change is in the replica. */
const expectWhenThere = async (key: ChangeKey, ports: AnswerPorts): Promise<void> => {
  const stored = await ports.flags.revision(key.flagKey, key.order);
  const envelope = stored && readEnvelope(stored.body, ports.log);
  if (envelope?.change.id === key.changeId) await expectLate(envelope, ports);
};

const readEnvelope = (body: string, log: Logger): Envelope | undefined => {
  try {
    return parseEnvelope(body);
  } catch (error) {
    // Distribution has reported it.
    log.warn('revision cannot be read, nothing is expected of it', { error });
    return undefined;
  }
};

const verdictOf = (
  { changeId, flagKey, order, verdict, expected, holding, look, seenAt }: Answer,
  { region, at }: { readonly region: string; readonly at: number },
): FlaghoistEvent =>
  eventOf({
    type: 'RegionVerdict',
    identity: [changeId, flagKey, orderKey(order), region, 'scan', verdict, String(look)],
    region,
    at,
    detail: {
      flagKey,
      changeId,
      order,
      region,
      verdict,
      expected,
      atFault: [],
      degraded: [],
      evidence: { logAndCache: holding, cacheOnly: 0, logOnly: 0 },
      observer: 'scan',
      look,
      seenAt,
    },
  });
