import { isRetryable } from '@flaghoist/core/errors';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { parseLoadRequest } from './load-request.ts';
import { createLoadService, type LoadPorts, readLoadable } from './load-service.ts';
import type { FlagMessage } from './message-reader.ts';

/** Loads the services that a batch of requests names, each once. */
export const createLoadBatch = (ports: LoadPorts) => {
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
        if (isRetryable(error)) ports.log.warn('cache not loaded yet', fields);
        else ports.log.error('load request refused', fields);
        return false;
      }
    };

    const done = await Promise.all(records.map(receive));
    const failed = records.filter((_, index) => !done[index]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
};
