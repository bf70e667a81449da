import type { ChangeKey } from '@flaghoist/core/change';
import { eventOf } from '@flaghoist/core/events';
import { orderKey } from '@flaghoist/core/order';
import type { Proof } from '@flaghoist/core/proof';
import type { RollbackPorts } from './ports.ts';

/** A region, and which look it is asked for. */
export interface Question extends Pick<Proof, 'region' | 'look'> {
  /** The moment of the answer that it is asked again for, if any: each is asked for once. */
  readonly seenAt?: number;
}

/** Asks regions to look again. Their verdicts arrive like any other. @throws UnavailableError while the bus is away */
export const askRegions = async (
  { changeId, flagKey, order }: ChangeKey,
  questions: readonly Question[],
  { bus, clock, region: home }: Pick<RollbackPorts, 'bus' | 'clock' | 'region'>,
): Promise<void> => {
  if (questions.length === 0) return;
  const at = clock.now();
  await bus.publish(
    questions.map(({ region, look, seenAt }) =>
      eventOf({
        type: 'VerifyRequested',
        identity: [
          changeId,
          flagKey,
          orderKey(order),
          region,
          'asked-again',
          `look-${look}`,
          ...(seenAt === undefined ? [] : [String(seenAt)]),
        ],
        region: home,
        at,
        // With the change itself: a region without its row can then answer for it, `unknown`.
        detail: { region, changeIds: [changeId], changes: [{ changeId, flagKey, order }], look },
      }),
    ),
  );
};
