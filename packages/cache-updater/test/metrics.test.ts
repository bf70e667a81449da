import { CANARY_AUTHOR, CANARY_FLAG } from '@flaghoist/core/canary';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { buildRevert } from '@flaghoist/core/revision';
import { sqsRecord } from '@flaghoist/test-kit/sqs-event';
import { FLAG, Region, revisionOf, topology } from './support/region.ts';

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
});

const about = (change: { change: { id: string } }) => ({
  service: 'payments',
  flagKey: FLAG,
  changeId: change.change.id,
});

it('the cache that took a change is measured from its acceptance, once', async () => {
  const change = revisionOf(2, { at: { proposed: 0, accepted: region.time.now() - 700 } });
  await region.apply('payments', change);
  expect(region.metrics.measured).toEqual([{ took: { caches: 700 }, about: about(change) }]);
  await region.apply('payments', change);
  expect(region.outcomes()).toEqual(['applied', 'current']);
  expect(region.metrics.measured).toHaveLength(1);
});

it('the canary counts in none of these figures', async () => {
  const author = { author: CANARY_AUTHOR, proposedDigest: '0'.repeat(64) };
  const { change } = revisionOf(2);
  const own = revisionOf(2, { flagKey: CANARY_FLAG, change: { ...change, ...author } });
  await region.apply('payments', own);
  expect(region.outcomes()).toEqual(['applied']);
  expect(region.metrics.measured).toEqual([]);
});

it('a service that takes its leave is measured too, and a cache that was lost is not', async () => {
  const at = { proposed: 0, accepted: region.time.now() - 50 };
  await region.apply('payments', revisionOf(2, { at, audience: ['accounts'], departed: ['payments'] }));
  expect(region.outcomes()).toEqual(['departed']);
  expect(region.metrics.measured).toMatchObject([{ took: { caches: 50 } }]);
  region.cache.lose('accounts');
  await region.apply('accounts', revisionOf(2, { at }));
  expect(region.outcomes()).toEqual(['departed', 'applied-incomplete']);
  expect(region.metrics.measured).toHaveLength(1);
});

it('the way from the publishing into the queue is measured by the stamps of the two', async () => {
  const change = revisionOf(2);
  const { queueArn } = region.queueOf('payments');
  const record = sqsRecord({ messageId: 'm1', body: serialiseEnvelope(change), queueArn });
  const sent = region.time.now() - 100;
  await region.deliver({
    ...record,
    attributes: { ...record.attributes, SentTimestamp: String(sent) },
    messageAttributes: { publishedAt: { dataType: 'String', stringValue: String(sent - 80) } },
  });
  expect(region.metrics.measured).toMatchObject([{ took: { 'fan-out': 80 }, about: about(change) }]);
});

it('a message without a stamp, or with a wrong one, says nothing of its way', async () => {
  await region.apply('payments', revisionOf(2));
  const { queueArn } = region.queueOf('accounts');
  await region.deliver({
    ...sqsRecord({ messageId: 'm1', body: serialiseEnvelope(revisionOf(2)), queueArn }),
    messageAttributes: { publishedAt: { dataType: 'String', stringValue: 'noon' } },
  });
  expect(region.metrics.measured.map(({ took }) => took['fan-out'])).toEqual([undefined, undefined]);
});

it('a revert is measured from the look whose answer decided', async () => {
  const now = region.time.now();
  const [target, judged] = [revisionOf(1), revisionOf(2)];
  const times = { answeredAt: now - 1_500, now: now - 400 };
  const revert = buildRevert({
    judged,
    target,
    epoch: 1,
    rulesVersion: judged.rulesVersion,
    topology,
    reason: '-',
    ...times,
  });
  await region.apply('payments', revert);
  expect(region.metrics.measured).toMatchObject([{ took: { caches: 400, rollback: 1_500 } }]);
});
