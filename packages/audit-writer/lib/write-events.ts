import { givenUp, healsByItself, letterOfMessage } from '@flaghoist/core/dead-letter';
import type { AuditDocument, AuditWriteResult } from '@flaghoist/core/ports/audit-index';
import { documentOf } from './audit-document.ts';
import type { WritePorts } from './ports.ts';
import type { createWhoTold } from './who-told.ts';

/** For so long replication may take, also where a region has just been set up: only then is it worth a look. */
const USUAL_LAG_MS = 60_000;

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly SentTimestamp: string };
}

/**
 * Writes one document per event. A repeated event, in the same batch or years later, changes nothing. What the index will
 * never take goes to the dead letters at once.
 *
 * @returns the ids of the messages that must come again
 */
export const writeEvents = async (
  messages: readonly Message[],
  whoTold: ReturnType<typeof createWhoTold>,
  { audit, deadLetters, clock, log }: Pick<WritePorts, 'audit' | 'deadLetters' | 'clock' | 'log'>,
): Promise<readonly string[]> => {
  const failed: string[] = [];
  const documents = new Map<string, AuditDocument>();
  const messagesOf = new Map<string, Message[]>();
  const giveUp = async ({ messageId, body }: Pick<Message, 'messageId' | 'body'>, reason: unknown): Promise<void> => {
    if (!(await givenUp(letterOfMessage(body, reason), { deadLetters, log }, { messageId }))) failed.push(messageId);
  };
  for (const message of messages) {
    const { messageId, body, attributes } = message;
    try {
      const document = documentOf(await whoTold(body, Number(attributes.SentTimestamp)));
      documents.set(document.id, document);
      messagesOf.set(document.id, [...(messagesOf.get(document.id) ?? []), message]);
    } catch (error) {
      if (healsByItself(error)) {
        const isLate = clock.now() - Number(attributes.SentTimestamp) > USUAL_LAG_MS;
        log[isLate ? 'warn' : 'info']('nobody can say yet who told it', { messageId, error });
        failed.push(messageId);
        continue;
      }
      log.error('message is not an event, given to the dead letters', { messageId, error });
      await giveUp(message, error);
    }
  }

  for (const result of await create([...documents.values()], { audit, log })) {
    if (result.status !== 'failed') continue;
    const { id, retryable, reason } = result;
    log[retryable ? 'warn' : 'error']('event not written', { id, reason, retryable });
    for (const message of messagesOf.get(id) ?? []) {
      if (retryable) failed.push(message.messageId);
      else await giveUp(message, reason);
    }
  }
  return failed;
};

const create = async (
  documents: readonly AuditDocument[],
  { audit, log }: Pick<WritePorts, 'audit' | 'log'>,
): Promise<readonly AuditWriteResult[]> => {
  if (documents.length === 0) return [];
  try {
    return await audit.create(documents);
  } catch (error) {
    log.warn('audit index not reached', { documents: documents.length, error });
    return documents.map(({ id }) => ({ id, status: 'failed', retryable: true, reason: 'index not reached' }));
  }
};
