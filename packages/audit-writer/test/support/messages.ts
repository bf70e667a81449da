import { type EventDetail, type EventType, eventOf, type FlaghoistEvent } from '@flaghoist/core/events';

/** An event as the bus carries it. */
export const event = <T extends EventType>(
  type: T,
  identity: readonly string[],
  detail: EventDetail<T>,
): FlaghoistEvent => eventOf({ type, identity, region: 'us-east-1', at: 1_700_000_000_000, detail });

export const verified = (changeId: string): FlaghoistEvent =>
  event('ChangeVerified', [changeId], {
    flagKey: 'beta',
    changeId,
    order: { epoch: 1, revision: 1 },
    knownGood: true,
  });

/** EventBridge's frame around one of our events. */
export const bridged = (detail: FlaghoistEvent): string =>
  JSON.stringify({ version: '0', 'detail-type': detail.type, source: detail.source, region: detail.region, detail });
