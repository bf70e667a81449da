import { booleanFlag, rev } from './support/flags.ts';
import { linesOf } from './support/lines.ts';
import { impatientPlan } from './support/plan.ts';
import { defaultFlag, startWorld } from './support/world.ts';

describe('a dead-letter queue that is redriven after its cache has healed', () => {
  it('brings old messages, which are stale, and lowers nothing', async () => {
    const t = await startWorld({ seed: 81, wiring: impatientPlan({ receives: 20 }) });
    const [region, service] = [t.region(1), t.service(2)];
    const queue = region.queues.queue(service);
    await t.verified({ document: booleanFlag(2) });
    region.caches.breakService(service, 'read-only');
    const failing = await t.propose();
    expect(await t.settled(failing)).toBe('rolled-back');
    // The cache serves what the revert brings back.
    expect(await t.settledAt(defaultFlag, rev(3))).toMatchObject({ state: 'verified' });
    // Twenty receives, at most 30 s apart.
    await t.advance(10 * 60_000);
    await t.until('the messages are given up', async () => queue.deadLetterQueue?.waiting === queue.pending);
    const givenUp = queue.deadLetterQueue?.waiting ?? 0;
    // Those of the reverted change were dropped as stale when they came again.
    expect(givenUp).toBe(2);

    region.caches.heal(service);
    await t.until('the reconciler has mended it', async () => t.held(region.name, service)?.revision === 3);
    const newest = await t.verified();
    const lines = linesOf(t, defaultFlag);
    expect(region.queues.redriveAll()).toBe(givenUp);
    await t.advance(2_000);

    expect(lines).toHaveLength(givenUp);
    expect(new Set(lines)).toEqual(new Set([`${region.name}/${service} 3 stale`]));
    expect(queue.pending).toBe(0);
    await t.advance(130_000);
    await t.everyCacheHolds(defaultFlag, newest.order);
    expect(await t.knownGood()).toEqual(newest.order);
    expect(await t.story(failing)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
    expect(await t.story(`revert-${failing}`)).toEqual(['ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(newest.changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
  });
});

describe('a cache that has kept the document that a revert brings back', () => {
  it('counts as holding the revert when no message waits for it', async () => {
    const t = await startWorld({ seed: 82 });
    const [region, service] = [t.region(1), t.service(2)];
    await t.verified();
    // Answers as if it had written: its queue is empty, and it serves the first document all the time.
    region.caches.breakService(service, 'ignores-writes');
    const failing = await t.propose();
    expect(await t.settled(failing)).toBe('rolled-back');

    expect(region.queues.queue(service).pending).toBe(0);
    expect((await t.settledAt(defaultFlag, rev(3))).state).toBe('verified');
    expect(t.held(region.name, service)).toEqual(rev(1));
    expect(t.served(region.name, service)).toEqual((await t.current())?.document);
    await t.everyCacheHolds(defaultFlag, rev(3), { except: [t.cacheName(1, 2)] });
    expect(await t.story(failing)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
    expect(await t.story(`revert-${failing}`)).toEqual(['ChangeAccepted', 'ChangeVerified']);
  });
});
