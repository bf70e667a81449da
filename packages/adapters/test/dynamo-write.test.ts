import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { UnavailableError } from '@flaghoist/core/errors';
import { transact, writeIf } from '../lib/dynamo-write.ts';
import { half, sleeplessClock } from './support/clock.ts';
import { anywhere, record } from './support/recorded.ts';

const cancelled = (...codes: string[]): Error =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

const attempts = (...failures: (Error | undefined)[]) => {
  const client = new DynamoDBClient(anywhere);
  const calls = record(client, (_call, count) => {
    const failure = failures[count - 1];
    if (failure !== undefined) throw failure;
    return {};
  });
  const clock = sleeplessClock();
  const run = (urgent = false) => transact('test', [], { client, tables: {}, clock, random: half, urgent });
  return { calls, clock, run };
};

describe('a transaction', () => {
  it('is written', async () => {
    const { run, calls } = attempts(undefined);
    expect(await run()).toBe('written');
    expect(calls).toHaveLength(1);
  });

  it('has moved when one of its conditions failed, whatever else is said', async () => {
    const { run, calls } = attempts(cancelled('None', 'ConditionalCheckFailed', 'TransactionConflict'));
    expect(await run()).toBe('moved');
    expect(calls).toHaveLength(1);
  });

  it('is tried again, jittered, when another one is in its way', async () => {
    const conflict = cancelled('TransactionConflict', 'None');
    const { run, calls, clock } = attempts(conflict, conflict, undefined);
    expect(await run()).toBe('written');
    expect(calls).toHaveLength(3);
    expect(clock.slept).toEqual([20, 40]);
  });

  it('is given up after four attempts, for the caller to repeat', async () => {
    const conflict = cancelled('TransactionConflict');
    const { run, calls } = attempts(conflict, conflict, conflict, conflict);
    await expect(run()).rejects.toMatchObject({ code: 'FH_UNAVAILABLE', retryable: true, cause: conflict });
    expect(calls).toHaveLength(4);
  });

  it('is tried again at once when it is urgent, and more often', async () => {
    const { run, calls, clock } = attempts(...Array.from({ length: 20 }, () => cancelled('TransactionConflict')));
    expect(await run(true)).toBe('written');
    expect(calls).toHaveLength(21);
    expect(clock.slept).toEqual([]);
  });

  it('is given up after forty attempts when it is urgent: the proposal comes again', async () => {
    const { run, calls } = attempts(...Array.from({ length: 41 }, () => cancelled('TransactionConflict')));
    await expect(run(true)).rejects.toThrow(UnavailableError);
    expect(calls).toHaveLength(40);
  });

  it.each([cancelled('ThrottlingError'), cancelled('ValidationError'), cancelled(), new Error('socket hang up')])(
    'is not available when it failed for another reason (%#)',
    async (failure) => {
      const { run, calls } = attempts(failure);
      await expect(run()).rejects.toThrow(UnavailableError);
      expect(calls).toHaveLength(1);
    },
  );
});

describe('a single write', () => {
  const failing = (error: Error) => () => Promise.reject(error);
  const failed = new ConditionalCheckFailedException({ message: 'no', $metadata: {} });
  const conflict = new TransactionConflictException({ message: 'busy', $metadata: {} });

  it('gives back what it was answered', async () => {
    expect(await writeIf('test', async () => 7)).toEqual({ result: 'written', answer: 7 });
  });

  it('has moved when its condition failed', async () => {
    expect(await writeIf('test', failing(failed))).toEqual({ result: 'moved' });
  });

  it('waits for a transaction only with a clock', async () => {
    const clock = sleeplessClock();
    await expect(writeIf('test', failing(conflict))).rejects.toThrow(UnavailableError);
    await expect(writeIf('test', failing(conflict), { clock, random: half })).rejects.toThrow(UnavailableError);
    expect(clock.slept).toEqual([20, 40, 80]);
  });
});
