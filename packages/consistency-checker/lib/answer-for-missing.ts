import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
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
  { changeIds, changes = [] }: Asked,
): Promise<void> => {
  if (changeIds.length === 0) return;
  const missing = new Set(await verification.reopen(changeIds));
  if (missing.size === 0) return;
  log.warn('asked for changes that are not known here', { region, changeIds: [...missing] });
  const answers = changes.filter(({ changeId }) => missing.has(changeId)).map(unknown);
  if (answers.length > 0) await bus.publish(answers);

  function unknown({ changeId, flagKey, order }: (typeof changes)[number]): FlaghoistEvent {
    return eventOf({
      type: 'RegionVerdict',
      identity: [changeId, region, 'scan', 'unknown'],
      region,
      at: clock.now(),
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
      },
    });
  }
};
