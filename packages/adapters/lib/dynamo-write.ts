import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Random } from '@flaghoist/core/ports/random';
import { itemOf } from '@flaghoist/core/storage/stream';
import type { FoundItem, ItemWrite, Write } from '@flaghoist/core/storage/write';
import { unavailable } from './aws-call.ts';
import type { DynamoItem } from './dynamo-attributes.ts';
import { renderWrite } from './dynamo-expressions.ts';
import type { TableAccess } from './dynamo-read.ts';

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 20;
/** An attempt takes some 15 ms, so that these go on for about half a second. */
const URGENT_ATTEMPTS = 40;

export interface Waiting {
  readonly clock: Clock;
  readonly random: Random;
  /** A kill: it tries again at once, while the others pause. */
  readonly urgent?: boolean;
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
 * One conditional write. If a transaction holds the item, the write is retried a few times with jitter (a kill more often, and
 * at once), because the SDK does not do so. Without `waiting` there are no retries. The SDK may repeat a write whose answer was lost and then find its own
 * result, so `moved` does not prove that someone else wrote.
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
      const attempts = waiting?.urgent ? URGENT_ATTEMPTS : ATTEMPTS;
      if (waiting === undefined || attempt >= attempts || !isConflict(error)) throw unavailable(what, error);
      if (!waiting.urgent) await waiting.clock.sleep(FIRST_DELAY_MS * 2 ** attempt * waiting.random.next());
    }
  }
};

interface TransactionContext<Table extends string> extends Partial<Waiting> {
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** What the tables are called in this account. */
  readonly tables: Readonly<Record<Table, string>>;
}

/**
 * Writes of the book of storage in one transaction, all or nothing.
 *
 * @throws UnavailableError when it was cancelled for any reason but a condition
 */
export const transact = async <Table extends string>(
  what: string,
  writes: readonly Write<Table>[],
  { client, tables, clock, random, urgent = false }: TransactionContext<Table>,
): Promise<ConditionalResult> => {
  const waiting = clock === undefined || random === undefined ? undefined : { clock, random, urgent };
  const TransactItems = writes.map((write) => renderWrite(write, tables[write.table]));
  const send = () => client.send(new TransactWriteItemsCommand({ TransactItems }));
  return (await writeIf(what, send, waiting)).result;
};

/**
 * One write of the book of storage on its own.
 *
 * @returns after an update, the item as it then is
 * @throws UnavailableError for everything but a failed condition
 */
export const writeItem = async (
  what: string,
  write: ItemWrite,
  { client, table }: TableAccess,
  waiting?: Waiting,
): Promise<{ result: 'written'; item: FoundItem | undefined } | { result: 'moved' }> => {
  const { Put, Delete, Update } = renderWrite(write, table);
  const send = async (): Promise<{ Attributes?: DynamoItem | undefined }> => {
    if (Put !== undefined) return client.send(new PutItemCommand(Put));
    if (Delete !== undefined) return client.send(new DeleteItemCommand(Delete));
    if (Update !== undefined) return client.send(new UpdateItemCommand({ ...Update, ReturnValues: 'ALL_NEW' }));
    throw new TypeError(`${what}: a check is part of a transaction`);
  };
  const written = await writeIf(what, send, waiting);
  if (written.result === 'moved') return written;
  const { Attributes } = written.answer;
  return { result: 'written', item: Attributes && itemOf(Attributes) };
};
