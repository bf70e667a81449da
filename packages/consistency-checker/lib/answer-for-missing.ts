import type { ChangeKey } from '@flaghoist/core/change';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import { orderKey } from '@flaghoist/core/order';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { Asked } from './workflow.ts';

export interface AnswerPorts {
  region: string;
  verification: Pick<VerificationStore, 'reopen'>;
  bus: EventBus;
  clock: Clock;
  log: Logger;
}

/**
 * Opens the changes again that home asks for. For those that have not been replicated to this region it answers `unknown`
 * at once: there is nothing to look at.
 */
export const answerForMissing = async (
  { region, verification, bus, clock, log }: AnswerPorts,
  { changes = [], look = 1 }: Asked,
): Promise<void> => {
  if (changes.length === 0) return;
  const { missing } = await verification.reopen(changes, look);
  if (missing.length === 0) return;
  log.warn('asked for changes that are not known here', { region, changeIds: missing.map(({ changeId }) => changeId) });
  await bus.publish(missing.map(unknown));

  function unknown({ changeId, flagKey, order }: ChangeKey): FlaghoistEvent {
    const at = clock.now();
    return eventOf({
      type: 'RegionVerdict',
      identity: [changeId, flagKey, orderKey(order), region, 'scan', 'unknown', String(look)],
      region,
      at,
      detail: {
        flagKey,
        changeId,
        order,
        region,
        verdict: 'unknown',
        expected: 0,
        atFault: [],
        degraded: [],
        evidence: { logAndCache: 0, cacheOnly: 0, logOnly: 0 },
        observer: 'scan',
        look,
        seenAt: at,
      },
    });
  }
};
