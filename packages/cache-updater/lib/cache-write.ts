import { onInconsistent } from '@flaghoist/core/change';
import { isTombstoneFor } from '@flaghoist/core/held';
import type { CacheWrite } from '@flaghoist/core/ports/service-cache';
import type { FlagMessage } from './message-reader.ts';

/** What a service's cache is to hold of a message: the envelope, or a tombstone for an archived flag and for who left. */
export const writeFor = (message: FlagMessage, service: string, { repair }: { repair: boolean }): CacheWrite => {
  const { envelope, body, live, tombstone } = message;
  return isTombstoneFor(service, envelope)
    ? { flagKey: envelope.flagKey, incoming: tombstone, body: null, repair, passesFull: true }
    : { flagKey: envelope.flagKey, incoming: live, body, repair, passesFull: onInconsistent[envelope.kind] === 'hold' };
};
