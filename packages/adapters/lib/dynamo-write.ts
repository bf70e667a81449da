import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';
import { unavailable } from './aws-call.ts';

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 20;

interface Waiting {
  readonly clock: Clock;
  readonly random: Random;
}

/** What a condition made of a write. Anything else that goes wrong is an UnavailableError. */
type ConditionalResult = 'written' | 'moved';

const cancellationCodes = (error: unknown): (string | undefined)[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code) : [];

const isMoved = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException || cancellationCodes(error).includes('ConditionalCheckFailed');

const isConflict = (error: unknown): boolean =>
  error instanceof TransactionConflictException || cancellationCodes(error).includes('TransactionConflict');

/**
 * One conditional write. When a transaction holds the item it is tried again a few times, with jitter: the SDK leaves that
 * to its caller, and so does this function without a clock. The SDK does repeat a write whose answer was lost, and then meets its own work: `moved` is therefore
 * never proof that somebody else wrote.
 *
 * @throws UnavailableError for everything but a failed condition
 */
export const writeIf = async <T>(
  what: string,
  write: () => Promise<T>,
  waiting?: Waiting,
): Promise<{ result: 'written'; answer: T } | { result: 'moved' }> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { result: 'written', answer: await write() };
    } catch (error) {
      if (isMoved(error)) return { result: 'moved' };
      if (waiting === undefined || attempt >= ATTEMPTS || !isConflict(error)) throw unavailable(what, error);
      await waiting.clock.sleep(FIRST_DELAY_MS * 2 ** attempt * waiting.random.next());
    }
  }
};

interface TransactionContext extends Waiting {
  readonly client: Pick<DynamoDBClient, 'send'>;
}

/**
 * One transaction, all or nothing.
 *
 * @throws UnavailableError when it was cancelled for any reason but a condition
 */
export const transact = async (
  what: string,
  items: TransactWriteItem[],
  context: TransactionContext,
): Promise<ConditionalResult> => {
  const write = () => context.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
  return (await writeIf(what, write, context)).result;
};
