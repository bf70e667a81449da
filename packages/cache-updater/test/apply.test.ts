import { CANARY_AUTHOR, CANARY_FLAG, SHADOW_SERVICE } from '@flaghoist/core/canary';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import { REGION, Region, revisionOf } from './support/region.ts';

const created = revisionOf(1);

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
});

const heldRevision = (service: string) => region.cache.peek(service, created.flagKey).held?.order.revision;

it('applies a change and says what the cache holds', async () => {
  const change = revisionOf(2);
  expect(await region.apply('payments', change)).toEqual({ batchItemFailures: [] });
  expect(region.cache.peek('payments', change.flagKey).stored).toBe(serialiseEnvelope(change));
  expect(region.lines).toEqual([
    {
      event: 'flag.acknowledged',
      observer: 'updater',
      region: REGION,
      service: 'payments',
      flagKey: change.flagKey,
      changeId: change.change.id,
      outcome: 'applied',
      heldOrder: orderOf(change),
      heldDigest: change.envelopeDigest,
      messageOrder: orderOf(change),
      ageMs: region.time.now() - change.at.accepted,
      at: region.time.now(),
    },
  ]);
});

it('gives only the malformed record up, into the dead letters of its service', async () => {
  const response = await region.apply('payments', revisionOf(1), 'not json', revisionOf(2));
  expect(response.batchItemFailures).toEqual([]);
  expect(region.deadLettersOf('payments')).toEqual(['not json']);
  expect(heldRevision('payments')).toBe(2);
  expect(region.log.messages('error')).toEqual(['flag change refused']);
});

it('takes the message that keeps it warm for done, whatever cache it stands before', async () => {
  const failed = new Error('nobody may look at a cache');
  jest.spyOn(region.cache, 'apply').mockRejectedValue(failed);
  jest.spyOn(region.cache, 'inspect').mockRejectedValue(failed);
  expect(await region.apply('payments', '{"kind":"warm-up"}', '{ "kind": "warm-up" }')).toEqual({
    batchItemFailures: [],
  });
  expect(region.deadLettersOf('payments')).toEqual([]);
  expect(region.lines).toEqual([]);
  expect(region.log.lines).toEqual([]);
});

it('takes nothing else for it', async () => {
  const others = ['{"kind":"warm-down"}', '"warm-up"', `{"kind":"warm-up","filler":"${'x'.repeat(100)}"}`];
  expect(await region.apply('payments', ...others)).toEqual({ batchItemFailures: [] });
  expect(region.deadLettersOf('payments')).toEqual(others);
});

it('refuses an envelope that was altered after it was sealed', async () => {
  const altered = JSON.stringify({ ...revisionOf(2), owner: 'mallory' });
  expect(await region.apply('payments', altered)).toEqual({ batchItemFailures: [] });
  expect(region.deadLettersOf('payments')).toEqual([altered]);
  expect(heldRevision('payments')).toBeUndefined();
  expect(region.lines).toEqual([]);
});

it('refuses what the standing rules refuse, whoever published it', async () => {
  const sealed = revisionOf(2, { document: { state: 'ENABLED', variants: {}, defaultVariant: 'gone' } });
  expect(await region.apply('payments', sealed)).toEqual({ batchItemFailures: [] });
  expect(region.deadLettersOf('payments')).toHaveLength(1);
  expect(heldRevision('payments')).toBeUndefined();
  expect(region.log.lines[0]?.fields['error']).toMatchObject({ code: 'FH_REFUSED_BY_RULES', retryable: false });
});

it('lets warnings of the rules pass', async () => {
  const warned = await new Region({
    rules: () => ({
      violations: [{ ruleId: 'FH-OWN-01', severity: 'warning', pointer: '', message: 'no owner', hint: '' }],
    }),
  }).ready();
  expect(await warned.apply('payments', revisionOf(2))).toEqual({ batchItemFailures: [] });
});

it('drops an older order, and says so', async () => {
  await region.apply('payments', revisionOf(3));
  await region.apply('payments', revisionOf(2));
  expect(region.lines.at(-1)).toMatchObject({
    outcome: 'stale',
    messageOrder: { epoch: 1, revision: 2 },
    heldOrder: { epoch: 1, revision: 3 },
  });
  expect(heldRevision('payments')).toBe(3);
});

it('acknowledges a duplicate again', async () => {
  await region.apply('payments', revisionOf(2));
  await region.apply('payments', revisionOf(2));
  expect(region.outcomes()).toEqual(['applied', 'current']);
});

it('keeps what it has under an equal order with another digest, and raises an alarm', async () => {
  const first = revisionOf(2);
  await region.apply('payments', first);
  const response = await region.apply('payments', revisionOf(2, { owner: 'somebody-else' }));
  expect(response.batchItemFailures).toEqual([]);
  expect(region.lines.at(-1)).toMatchObject({ outcome: 'conflict', heldDigest: first.envelopeDigest });
  expect(region.log.messages('error')).toEqual(['cache holds another content under the same order']);
});

it.each([
  [SHADOW_SERVICE, CANARY_FLAG, 'warn'],
  ['payments', CANARY_FLAG, 'error'],
  [SHADOW_SERVICE, 'checkout.new-basket', 'error'],
] as const)(
  'wakes nobody for what the canary has planted, and for nothing else: %s, %s',
  async (service, flagKey, level) => {
    await region.cache.writeManifest(SHADOW_SERVICE, { generation: 1, topologyVersion: 1, count: 0 });
    const { change } = revisionOf(2);
    const own = { flagKey, change: { ...change, author: CANARY_AUTHOR, proposedDigest: '0'.repeat(64) } };
    const audience = [service];
    await region.apply(service, revisionOf(2, { ...own, audience }));
    await region.apply(service, revisionOf(2, { ...own, audience, owner: 'somebody-else' }));
    expect(region.log.messages(level)).toContain('cache holds another content under the same order');
  },
);

it('stores what meets a cache without a manifest, and asks for one load', async () => {
  region.cache.lose('payments');
  await region.apply('payments', revisionOf(1), revisionOf(2), revisionOf(3));
  expect(region.outcomes()).toEqual(['applied-incomplete', 'applied-incomplete', 'applied-incomplete']);
  expect(heldRevision('payments')).toBe(3);
  expect(region.loads.requested).toEqual(['payments']);
});

it('leaves a tombstone with a service that left the audience', async () => {
  await region.apply('payments', revisionOf(1));
  await region.apply('payments', revisionOf(2, { audience: ['accounts'], departed: ['payments'] }));
  expect(region.outcomes()).toEqual(['applied', 'departed']);
  expect(region.cache.peek('payments', created.flagKey)).toMatchObject({
    held: { order: { epoch: 1, revision: 2 }, tombstone: true },
    stored: null,
  });
});

it('says goodbye once', async () => {
  const left = revisionOf(2, { audience: ['accounts'], departed: ['payments'] });
  await region.apply('payments', left, left);
  expect(region.outcomes().sort()).toEqual(['current', 'departed']);
});

it('does not bring a departed flag back when an older message arrives late', async () => {
  await region.apply('payments', revisionOf(2, { audience: ['accounts'], departed: ['payments'] }));
  await region.apply('payments', revisionOf(1));
  expect(region.cache.peek('payments', created.flagKey).stored).toBeNull();
});

it('leaves a tombstone of an archived flag', async () => {
  await region.apply('payments', revisionOf(1));
  await region.apply('payments', revisionOf(2, { kind: 'archived', flagState: 'archived', document: null }));
  expect(region.outcomes()).toEqual(['applied', 'applied']);
  expect(region.cache.peek('payments', created.flagKey)).toMatchObject({ held: { tombstone: true }, stored: null });
});

describe('with a cache out of reach', () => {
  it('tries three times in place, then has the message brought back soon, and later each time', async () => {
    region.cache.breakService('payments', 'unreachable');
    const startedAt = region.time.now();
    const response = await region.apply('payments', revisionOf(2));
    expect(response.batchItemFailures).toHaveLength(1);
    expect(region.time.now() - startedAt).toBeGreaterThanOrEqual(2 * 50);
    expect(region.time.now() - startedAt).toBeLessThanOrEqual(2 * 200);
    expect(region.lines).toEqual([]);

    for (let delivery = 2; delivery <= 4; delivery += 1) {
      await region.time.advance(30_000);
      await region.receive('payments');
    }
    const seconds = region.queues.retries.map((retry) => retry.seconds);
    expect(seconds).toHaveLength(4);
    expect(seconds[0]).toBeLessThanOrEqual(2);
    expect(seconds[3]).toBeGreaterThanOrEqual(8);
    expect(seconds[3]).toBeLessThanOrEqual(16);
    // It heals itself: nobody has to act.
    expect(region.log.messages('error')).toEqual([]);
  });

  it('bridges a short gap without a redelivery', async () => {
    region.cache.breakService('payments', 'unreachable');
    region.time.schedule(60, () => region.cache.heal('payments'));
    expect(await region.apply('payments', revisionOf(2))).toEqual({ batchItemFailures: [] });
    expect(region.queues.retries).toEqual([]);
    expect(region.outcomes()).toEqual(['applied']);
  });

  it('delivers once the cache is back', async () => {
    region.cache.breakService('payments', 'read-only');
    await region.apply('payments', revisionOf(2));
    region.cache.heal('payments');
    await region.time.advance(2_000);
    await region.receive('payments');
    expect(region.outcomes()).toEqual(['applied']);
  });
});

it('brings the message back when the load could not be asked for', async () => {
  region.cache.lose('payments');
  region.loads.request = () => Promise.reject(new Error('queue out of reach'));
  const response = await region.apply('payments', revisionOf(2));
  expect(response.batchItemFailures).toHaveLength(1);
});
