import { allLimits, MAX_MESSAGE_BYTES, noLimits } from '../lib/limits.ts';
import { silent } from '../lib/logger.ts';
import { Queue } from '../lib/queue.ts';
import { SeededRandom } from '../lib/random.ts';
import { StreamEventSource } from '../lib/stream-event-source.ts';
import { Table } from '../lib/table.ts';
import { Topic } from '../lib/topic.ts';
import { transactWrite } from '../lib/transact-write.ts';
import { VirtualScheduler } from '../lib/virtual-scheduler.ts';

const HOUR_MS = 3_600_000;
const text = (length: number): string => 'x'.repeat(length);
let scheduler: VirtualScheduler;
beforeEach(() => {
  scheduler = new VirtualScheduler();
});
const tableWith = (limits = allLimits, ...indexed: string[]): Table =>
  new Table({
    name: 'things',
    region: 'eu-west-1',
    clock: scheduler,
    limits,
    indexed,
  });

describe('sizes', () => {
  it('an item has at most 400 KB', () => {
    const item = { pk: 'p', sk: 's', text: text(401 * 1024) };
    expect(() => tableWith().put(item)).toThrow('over 400 KiB');
    expect(tableWith({ ...allLimits, itemSize: false, throttling: false }).put(item)).toBe(true);
  });

  it('a transaction has at most 4 MB', () => {
    const write = (number: number) =>
      ({ table: 'things', put: { pk: `p${number}`, sk: 's', text: text(390 * 1024) } }) as const;
    const eleven = Array.from({ length: 11 }, (_, number) => write(number));
    const things = tableWith();
    expect(() => transactWrite(eleven, { things })).toThrow('at most 4 MB');
    expect(things.get('p0', 's')).toBeUndefined();
    expect(transactWrite(eleven.slice(1), { things })).toEqual([]);
    expect(transactWrite(eleven, { things: tableWith({ ...allLimits, transactionSize: false }) })).toEqual([]);
  });

  it('a message has at most 256 KiB, on a topic with its attributes, and in bytes, not characters', () => {
    const queue = (limits = allLimits) => new Queue({ name: 'q', region: 'r', scheduler, limits });
    queue().send(text(MAX_MESSAGE_BYTES));
    expect(() => queue().send(text(MAX_MESSAGE_BYTES + 1))).toThrow('a message has 262145 bytes');
    expect(() => queue().send('ü'.repeat(MAX_MESSAGE_BYTES / 2 + 1))).toThrow('a message has 262146 bytes');
    queue(noLimits).send(text(MAX_MESSAGE_BYTES + 1));
    const topic = new Topic({ region: 'r', scheduler, limits: allLimits });
    expect(() => topic.publish(text(MAX_MESSAGE_BYTES - 10), { kind: ['updated'] })).toThrow('a message has');
  });
});

describe('throttling', () => {
  it('a partition takes 1,000 kilobytes a second, another one as well, and the same one a second later', async () => {
    const table = tableWith();
    const fill = (pk: string): number => {
      for (let number = 0; ; number += 1) {
        try {
          table.put({ pk, sk: String(number), text: text(9 * 1024) });
        } catch (error) {
          expect(error).toMatchObject({ code: 'FH_UNAVAILABLE', retryable: true });
          return number;
        }
      }
    };
    expect(fill('a')).toBe(100);
    expect(fill('b')).toBe(100);
    await scheduler.advance(1_000);
    expect(fill('a')).toBe(100);
  });

  it('writes in a transaction count twice', () => {
    const things = tableWith();
    const put = (number: number) =>
      transactWrite([{ table: 'things', put: { pk: 'a', sk: String(number) } }], { things });
    for (let number = 0; number < 500; number += 1) put(number);
    expect(() => put(500)).toThrow('partition a of table things is not available');
    expect(things.get('a', '500')).toBeUndefined();
  });
});

describe('an index', () => {
  it('knows nothing yet of the last two seconds', async () => {
    const table = tableWith(allLimits, 'mark');
    table.put({ pk: 'p', sk: 's', mark: 1 });
    await scheduler.advance(1_999);
    expect(table.having('mark')).toEqual([]);
    await scheduler.advance(1);
    expect(table.having('mark')).toHaveLength(1);
    const prompt = tableWith({ ...allLimits, indexLag: false }, 'mark');
    prompt.put({ pk: 'p', sk: 's', mark: 1 });
    expect(prompt.having('mark')).toHaveLength(1);
  });

  it.each([-1_000, HOUR_MS])('knows what was there before the process began, at %i ms from now', (difference) => {
    const table = tableWith(allLimits, 'mark');
    const createdAt = scheduler.now() + difference;
    table.restore({ pk: 'p', sk: 's', item: { pk: 'p', sk: 's', mark: 1 }, createdAt, timestamp: 1, region: 'r' });
    expect(table.having('mark')).toHaveLength(1);
  });
});

describe('what is kept', () => {
  it.each([
    { streamTrim: true, delivered: ['young'] },
    { streamTrim: false, delivered: ['old', 'young'] },
  ])('a stream forgets after 24 hours: $streamTrim', async ({ streamTrim, delivered }) => {
    const table = tableWith(allLimits);
    table.put({ pk: 'old', sk: 's' });
    await scheduler.advance(12 * HOUR_MS);
    table.put({ pk: 'young', sk: 's' });
    await scheduler.advance(12 * HOUR_MS + 1);
    const seen: string[] = [];
    new StreamEventSource({
      table,
      scheduler,
      random: new SeededRandom(1),
      log: silent,
      streamTrim,
      handler: async ({ Records }) => {
        for (const { dynamodb } of Records) seen.push(dynamodb?.Keys?.['pk']?.S ?? '');
      },
    });
    await scheduler.runUntilIdle();
    expect(seen.sort()).toEqual(delivered);
  });

  it('a queue deletes what it has kept for as long as it does, unless told otherwise', async () => {
    const queues = [allLimits, noLimits].map(
      (limits) => new Queue({ name: 'q', region: 'r', scheduler, retentionMs: HOUR_MS, limits }),
    );
    for (const queue of queues) queue.send('a');
    await scheduler.advance(HOUR_MS + 1);
    expect(queues.map((queue) => queue.receive(10).length)).toEqual([0, 1]);
  });
});
