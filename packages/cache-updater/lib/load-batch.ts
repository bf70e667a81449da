import { givenUp, healsByItself, letterOfMessage } from '@flaghoist/core/dead-letter';
import type { DeadLetters } from '@flaghoist/core/ports/dead-letters';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { parseLoadRequest } from './load-request.ts';
import { createLoadService, type LoadPorts, readLoadable } from './load-service.ts';
import type { FlagMessage } from './message-reader.ts';

export interface LoadBatchPorts extends LoadPorts {
  /** Of the queue of load requests. */
  deadLetters: DeadLetters;
}

/** Loads the services that a batch of requests names, each once. */
export const createLoadBatch = (ports: LoadBatchPorts) => {
  const loadService = createLoadService(ports);

  return async (records: readonly SQSRecord[]): Promise<SQSBatchResponse> => {
    let loadable: Promise<readonly FlagMessage[]> | undefined;
    const loads = new Map<string, Promise<void>>();

    const load = async (service: string): Promise<void> => {
      loadable ??= readLoadable(ports);
      await loadService(service, await loadable);
    };
    const once = (service: string): Promise<void> => {
      const running = loads.get(service) ?? load(service);
      loads.set(service, running);
      return running;
    };
    const receive = async ({ body, messageId }: SQSRecord): Promise<boolean> => {
      try {
        await once(parseLoadRequest(body).service);
        return true;
      } catch (error) {
        const fields = { region: ports.region, messageId, error };
        if (healsByItself(error)) {
          ports.log.warn('cache not loaded yet', fields);
          return false;
        }
        ports.log.error('load request refused', fields);
        return givenUp(letterOfMessage(body, error), ports, { messageId });
      }
    };

    const done = await Promise.all(records.map(receive));
    const failed = records.filter((_, index) => !done[index]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
};
