import { parseBridgeMessage } from '@flaghoist/core/events';
import type { AuditDocument, AuditWriteResult } from '@flaghoist/core/ports/audit-index';
import { documentOf } from './audit-document.ts';
import type { WritePorts } from './ports.ts';

interface Message {
  readonly messageId: string;
  readonly body: string;
}

/**
 * Writes one document per event. A repeated event, in the same batch or years later, changes nothing.
 *
 * @returns the ids of the messages that are not in the index
 */
export const writeEvents = async (
  messages: readonly Message[],
  { audit, log }: WritePorts,
): Promise<readonly string[]> => {
  const failed: string[] = [];
  const documents = new Map<string, AuditDocument>();
  const messagesOf = new Map<string, string[]>();
  for (const { messageId, body } of messages) {
    try {
      const document = documentOf(parseBridgeMessage(body));
      documents.set(document.id, document);
      messagesOf.set(document.id, [...(messagesOf.get(document.id) ?? []), messageId]);
    } catch (error) {
      // Retried in vain, so that it ends in the dead-letter queue and not nowhere.
      log.error('message is not an event', { messageId, error });
      failed.push(messageId);
    }
  }

  for (const result of await create([...documents.values()], { audit, log })) {
    if (result.status !== 'failed') continue;
    const { id, retryable, reason } = result;
    log[retryable ? 'warn' : 'error']('event not written', { id, reason, retryable });
    failed.push(...(messagesOf.get(id) ?? []));
  }
  return failed;
};

const create = async (
  documents: readonly AuditDocument[],
  { audit, log }: WritePorts,
): Promise<readonly AuditWriteResult[]> => {
  if (documents.length === 0) return [];
  try {
    return await audit.create(documents);
  } catch (error) {
    log.warn('audit index not reached', { documents: documents.length, error });
    return documents.map(({ id }) => ({ id, status: 'failed', retryable: true, reason: 'index not reached' }));
  }
};
