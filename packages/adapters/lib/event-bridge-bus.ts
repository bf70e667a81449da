import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { UnavailableError } from '@flaghoist/core/errors';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import { callAws } from './aws-call.ts';

/** PutEvents takes ten entries, and 256 KiB in all on accounts whose limit was not raised. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 240 * 1024;

interface Options {
  readonly client: Pick<EventBridgeClient, 'send'>;
  readonly busName: string;
}

/** This region's bus. The event itself is `detail`; its type is `detail-type`, which is what rules match on. */
export class EventBridgeBus implements EventBus {
  readonly #client: Pick<EventBridgeClient, 'send'>;
  readonly #busName: string;

  constructor({ client, busName }: Options) {
    this.#client = client;
    this.#busName = busName;
  }

  async publish(events: readonly FlaghoistEvent[]): Promise<void> {
    const entries = events.map((event) => ({
      EventBusName: this.#busName,
      Source: event.source,
      DetailType: event.type,
      Detail: JSON.stringify(event),
    }));
    const codes = new Set<string>();
    let refused = 0;
    for (const batch of batches(entries)) {
      const call = this.#client.send(new PutEventsCommand({ Entries: batch }));
      const { FailedEntryCount = 0, Entries = [] } = await callAws(`event bus ${this.#busName}`, call);
      refused += FailedEntryCount;
      for (const { ErrorCode } of Entries) if (ErrorCode !== undefined) codes.add(ErrorCode);
    }
    if (refused === 0) return;
    throw new UnavailableError(
      `event bus ${this.#busName}`,
      `It refused ${refused} of ${events.length} events (${[...codes].join(', ')}). Publish all again: ids repeat, so that is harmless.`,
    );
  }
}

const batches = (entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] => {
  const result: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.Detail ?? '');
    const last = result.at(-1);
    if (last !== undefined && last.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) {
      last.push(entry);
      bytes += size;
    } else {
      result.push([entry]);
      bytes = size;
    }
  }
  return result;
};
