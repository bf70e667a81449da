import { UnavailableError } from '@flaghoist/core/errors';
import { sqsRecord } from '@flaghoist/test-kit/sqs-event';
import { Region, revisionOf, SERVICES } from './support/region.ts';

const WARM_UP = '{"kind":"warm-up"}';
const away = new UnavailableError('it', 'It comes back.');

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
});

/** A message that its queue took so long ago. */
const delivered = (service: string, body: string, agoMs: number) => {
  const { queueArn } = region.queueOf(service);
  const record = sqsRecord({ messageId: 'm1', body, queueArn });
  const attributes = { ...record.attributes, SentTimestamp: String(region.time.now() - agoMs) };
  return region.deliver({ ...record, attributes });
};

it('each warm-up says how many dead letters its service has, and how long it was on its way', async () => {
  await region.apply('payments', 'not json', 'nor this');
  expect(await delivered('payments', WARM_UP, 1_500)).toEqual({ batchItemFailures: [] });
  await delivered('accounts', WARM_UP, 40);
  expect(region.metrics.measured).toEqual([
    {
      took: { 'dead-letters': 2, 'queue-age': 1_500 },
      about: { service: 'payments', queue: region.queueOf('payments').queueArn },
    },
    {
      took: { 'dead-letters': 0, 'queue-age': 40 },
      about: { service: 'accounts', queue: region.queueOf('accounts').queueArn },
    },
  ]);
});

it('a letter that somebody has at hand still counts', async () => {
  await region.apply('payments', 'not json');
  region.queues.queue('payments').deadLetterQueue?.receive(10);
  await delivered('payments', WARM_UP, 0);
  expect(region.metrics.measured).toMatchObject([{ took: { 'dead-letters': 1 } }]);
});

it('a warm-up whose dead letters cannot be counted is done all the same, and counts none', async () => {
  jest.spyOn(region.queues, 'givenUp').mockRejectedValue(away);
  expect(await delivered('payments', WARM_UP, 0)).toEqual({ batchItemFailures: [] });
  expect(region.metrics.measured).toMatchObject([{ took: { 'dead-letters': undefined, 'queue-age': 0 } }]);
  expect(region.log.messages('warn')).toEqual(['dead letters not counted']);
});

it('what could not be applied yet says how long it has waited, each time that it comes', async () => {
  jest.spyOn(region.cache, 'apply').mockRejectedValue(away);
  for (const ago of [1_000, 190_000]) await delivered('payments', JSON.stringify(revisionOf(2)), ago);
  const waited = region.metrics.measured.map(({ took, about }) => [about['service'], took['queue-age']]);
  // And what the attempts in place took.
  expect(waited.map(([service, ms]) => [service, Math.floor(Number(ms) / 1_000)])).toEqual([
    ['payments', 1],
    ['payments', 190],
  ]);
});

describe('each pass says how many caches are on a Redis', () => {
  const counted = () => region.metrics.measured.flatMap(({ took }) => took['degraded-caches'] ?? []);
  const pass = async () => {
    await region.time.advance(60_000);
    await region.reconcile('cell-1');
  };
  beforeEach(async () => {
    const change = region.accept(revisionOf(2));
    await region.expect(change);
    for (const service of SERVICES) await region.apply(service, change);
    await region.time.advance(20_000);
  });

  it('that is out, for as long as it is', async () => {
    await pass();
    expect(counted()).toEqual([]);
    region.cache.breakService('payments', 'read-only');
    await region.expect(region.accept(revisionOf(3)));
    await region.time.advance(20_000);
    await pass();
    await pass();
    expect(counted()).toEqual([SERVICES.length, SERVICES.length]);
    region.cache.heal('payments');
    await pass();
    expect(counted()).toHaveLength(3);
    // The second cell finds its caches well too: it is over with this pass.
    await region.time.advance(60_000);
    await region.reconcile('cell-2');
    await pass();
    expect(counted()).toHaveLength(3);
  });

  it('that left twenty writes unanswered, though nothing is out', async () => {
    const failed = { redis: 'redis-1', error: null, at: region.time.now() };
    await region.verification.noteFailedWrites({ ...failed, count: 19 });
    await pass();
    expect(counted()).toEqual([]);
    await region.verification.noteFailedWrites({ ...failed, count: 1 });
    await pass();
    expect(counted()).toEqual([SERVICES.length]);
  });

  it('that is out, also while the bus is away', async () => {
    region.cache.breakService('payments', 'read-only');
    await region.expect(region.accept(revisionOf(3)));
    await region.time.advance(20_000);
    await pass();
    jest.spyOn(region.bus, 'publish').mockRejectedValue(away);
    // From the tenth minute on home is to be told again.
    for (let minute = 2; minute <= 12; minute += 1) await pass().catch((error: unknown) => expect(error).toBe(away));
    expect(counted()).toEqual(Array.from({ length: 12 }, () => SERVICES.length));
  });
});
