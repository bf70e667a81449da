import { type InstanceClaim, instanceClaimSchema } from '@flaghoist/core/instance-claim';
import { parseJson } from '@flaghoist/core/parse';
import { createAgent } from '../lib/agent.ts';
import { createService, SERVICE, says, serveService } from './support/service.ts';

const createClaimed = async () => {
  const service = createService();
  await service.write(says(1));
  await service.load();
  await service.agent.start();
  const claim = (instance = 'task-1'): InstanceClaim =>
    parseJson(instanceClaimSchema, service.cache.claims(SERVICE).get(instance) ?? '', { what: 'claim', hint: '' });
  return { ...service, claim };
};

it('claims under its own name what it holds, at the start, after a change and every 5 s', async () => {
  const { agent, clock, write, claim, cache } = await createClaimed();
  const first = claim();
  expect(first).toMatchObject({ sequence: 2, digest: agent.flags.digest, at: clock.now(), streams: 0, refused: [] });
  expect(first.evaluator).toBe('@openfeature/flagd-core 4.0.1');
  await clock.advance(4_000);
  expect(claim().at).toBe(first.at);
  await clock.advance(1_000);
  expect(claim().at).toBe(first.at + 5_000);
  await write({ revision: 2, ...says(2) });
  await clock.advance(1_000);
  expect(claim()).toMatchObject({ sequence: 3, digest: agent.flags.digest, at: first.at + 6_000 });
  expect([...cache.claims(SERVICE).keys()]).toEqual(['task-1']);
});

it('claims what it could not take, and how many clients evaluate by themselves', async () => {
  const { agent, clock, write, claim, log } = await createClaimed();
  const served = await serveService({ agent, log });
  served.streams.add({ write: async () => undefined });
  await write({ revision: 2, document: { state: 'ENABLED', variants: {}, defaultVariant: null } });
  await clock.advance(5_000);
  const refused = [
    { flagKey: 'checkout', order: { epoch: 1, revision: 2 }, reason: expect.stringContaining('variants') },
  ];
  expect(claim()).toMatchObject({ sequence: 3, streams: 1, refused });
  await served.stop();
});

it('claims every 5 s, and grows old, although the clock was set back', async () => {
  const { cache, write, load, clock } = createService();
  await write(says(1));
  await load();
  const wall = { aheadMs: 3_600_000, now: () => clock.now() + wall.aheadMs, sleep: clock.sleep.bind(clock) };
  const agent = createAgent({
    ...{ service: SERVICE, region: 'eu-west-1', instance: 'task-1', feed: cache.feedOf(SERVICE), clock: wall },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await agent.start();
  await clock.advance(2_000);
  wall.aheadMs = 0;
  await clock.advance(6_000);
  const { at, seenAt } = parseJson(instanceClaimSchema, cache.claims(SERVICE).get('task-1') ?? '', {
    ...{ what: 'claim', hint: '' },
  });
  expect(Math.abs(clock.now() - at)).toBeLessThan(5_000);
  expect(Math.abs(at - (seenAt ?? 0))).toBeLessThanOrEqual(1_000);

  cache.breakService(SERVICE, 'unreachable');
  wall.aheadMs = -3_600_000;
  await clock.advance(40_000);
  expect(agent.freshness.killMayBeUnseen).toBe(true);
  await agent.stop();
});

it('serves on when its claims are refused, and claims again', async () => {
  const { agent, cache, clock, claim } = await createClaimed();
  const { at } = claim();
  cache.breakService(SERVICE, 'read-only');
  await clock.advance(10_000);
  expect([claim().at, agent.freshness.stale]).toEqual([at, false]);
  cache.heal(SERVICE);
  await clock.advance(1_000);
  expect(claim().at).toBe(clock.now());
});

it('claims a few of those that it could not take, and the beginning of each reason', async () => {
  const { clock, write, claim } = await createClaimed();
  for (let place = 0; place < 12; place += 1)
    await write({ flagKey: `broken-${place}`, ...says(1, { targeting: { $ref: 'x'.repeat(300) } }) });
  await clock.advance(5_000);
  const { refused } = claim();
  expect(refused.map(({ flagKey }) => flagKey)).toEqual(Array.from({ length: 10 }, (_, place) => `broken-${place}`));
  expect(refused.map(({ reason }) => reason.length)).toEqual(Array.from({ length: 10 }, () => 200));
});
