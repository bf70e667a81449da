import { givenUp, healsByItself, letterOfMessage } from '@flaghoist/core/dead-letter';
import type { DeadLetter } from '@flaghoist/core/ports/dead-letters';
import type { LoadRequests } from '@flaghoist/core/ports/load-requests';
import type { ServiceQueues } from '@flaghoist/core/ports/service-queues';
import { isWarmUp } from '@flaghoist/core/warm-up';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { type ApplyMessagePorts, createApplyMessage } from './apply-message.ts';
import { createCountGivenUp } from './count-given-up.ts';

export interface ApplyPorts extends ApplyMessagePorts {
  loads: LoadRequests;
  queues: ServiceQueues;
  /** The service whose queue this is. @throws InvalidInputError for a queue that is no service's */
  serviceOf: (eventSourceArn: string) => string;
}

/** From the stamp of who published it to that of the queue. */
const fanOutOf = ({ attributes, messageAttributes }: SQSRecord): number | undefined => {
  const ms = Number(attributes.SentTimestamp) - Number(messageAttributes['publishedAt']?.stringValue);
  return Number.isFinite(ms) ? ms : undefined;
};

const LONGEST_RETRY_SECONDS = 30;

/** Doubles with each delivery, 1 s to 30 s, jittered by half: a cache that is back after a second gets its message. */
const retrySeconds = (received: number, random: number): number => {
  const longest = Math.min(2 ** received, LONGEST_RETRY_SECONDS);
  return Math.max(1, Math.round(longest * (0.5 + random / 2)));
};

/**
 * Applies a batch of messages. All at once: messages have no order, and a cache out of reach may not hold up the others.
 */
export const createApplyBatch = (ports: ApplyPorts) => {
  const { region, queues, loads, log, metrics, clock, random, serviceOf } = ports;
  const applyMessage = createApplyMessage(ports);
  const countGivenUp = createCountGivenUp(ports);

  const passed = ({ eventSourceARN, attributes }: SQSRecord) => ({
    service: serviceOf(eventSourceARN),
    queue: eventSourceARN,
    ageMs: clock.now() - Number(attributes.SentTimestamp),
  });

  /** One request for the batch, however many of its messages met the lost cache. */
  const loadOnce = () => {
    let requests: Map<string, Promise<void>> | undefined;
    return (service: string): Promise<void> => {
      requests ??= new Map();
      const request = requests.get(service) ?? loads.request(service);
      requests.set(service, request);
      return request;
    };
  };

  const bringBack = async ({ eventSourceARN, receiptHandle, attributes }: SQSRecord): Promise<void> => {
    const seconds = retrySeconds(Number(attributes.ApproximateReceiveCount) || 1, random.next());
    try {
      await queues.retryAfter(eventSourceARN, receiptHandle, seconds);
    } catch (error) {
      // Then the message comes back after the queue's own timeout.
      log.warn('visibility not shortened', { region, error });
    }
  };

  /** @returns whether it lies among its service's dead letters now */
  const giveUp = async ({ eventSourceARN, body, messageId }: SQSRecord, error: unknown): Promise<boolean> => {
    const deadLetters = { give: (letter: DeadLetter) => queues.giveUp(serviceOf(eventSourceARN), letter) };
    return givenUp(letterOfMessage(body, error), { deadLetters, log }, { region, messageId });
  };

  const receive = async (record: SQSRecord, load: (service: string) => Promise<void>): Promise<boolean> => {
    try {
      if (isWarmUp(record.body)) {
        await countGivenUp(passed(record));
        return true;
      }
      const service = serviceOf(record.eventSourceARN);
      const received = Number(record.attributes.ApproximateReceiveCount) || 1;
      const outcome = await applyMessage(service, { body: record.body, received, fanOutMs: fanOutOf(record) });
      if (outcome === 'applied-incomplete') await load(service);
      return true;
    } catch (error) {
      const fields = {
        region,
        messageId: record.messageId,
        queue: record.eventSourceARN,
        error,
      };
      if (healsByItself(error)) {
        log.warn('flag change not applied yet', fields);
        const { ageMs, ...about } = passed(record);
        metrics.measure({ 'queue-age': ageMs }, about);
        await bringBack(record);
        return false;
      }
      log.error('flag change refused', fields);
      return giveUp(record, error);
    }
  };

  return async (records: readonly SQSRecord[]): Promise<SQSBatchResponse> => {
    const load = loadOnce();
    const [only] = records;
    // Nearly every batch: it needs no bookkeeping of several.
    if (records.length === 1 && only !== undefined) return failedAre((await receive(only, load)) ? [] : [only]);
    const done = await Promise.all(records.map((record) => receive(record, load)));
    return failedAre(records.filter((_, index) => !done[index]));
  };
};

const failedAre = (records: readonly SQSRecord[]): SQSBatchResponse => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});
