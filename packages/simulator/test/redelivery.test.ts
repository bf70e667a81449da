import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { allLimits } from '@flaghoist/in-memory/limits';
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
    // The revert fails in the same cache: held, and the cache is degraded by now.
    expect(await t.settledAt(defaultFlag, rev(3))).toMatchObject({ state: 'held', holdReason: 'kind' });
    // Twenty receives, at most 30 s apart.
    await t.advance(10 * 60_000);
    await t.until('the messages are given up', async () => queue.deadLetterQueue?.waiting === queue.pending);
    const givenUp = queue.deadLetterQueue?.waiting ?? 0;
    expect(givenUp).toBeGreaterThanOrEqual(3);

    region.caches.heal(service);
    await t.until('the reconciler has mended it', async () => t.held(region.name, service)?.revision === 3);
    const newest = await t.verified();
    const lines = linesOf(t, defaultFlag);
    expect(region.queues.redriveAll()).toBe(givenUp);
    await t.advance(2_000);

    expect(lines).toHaveLength(givenUp);
    expect(new Set(lines)).toEqual(new Set([`${region.name}/${service} 2 stale`, `${region.name}/${service} 3 stale`]));
    expect(queue.pending).toBe(0);
    await t.advance(130_000);
    await t.everyCacheHolds(defaultFlag, newest.order);
    expect(await t.knownGood()).toEqual(newest.order);
    expect(await t.story(failing)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
    expect(await t.story(`revert-${failing}`)).toEqual(['ChangeAccepted', 'ChangeHeld']);
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

  it('does not as long as an older message lies in its dead-letter queue, which could still put it right back', async () => {
    const t = await startWorld({ seed: 83, limits: { ...allLimits, approximateCounts: false } });
    const [region, service] = [t.region(1), t.service(2)];
    await t.verified();
    const first = await t.revision(defaultFlag, rev(1));
    region.caches.breakService(service, 'ignores-writes');
    const failing = await t.propose();
    await t.until('it is accepted', async () => (await t.outcome(failing)) !== undefined);
    region.queues.queue(service).deadLetterQueue?.send(serialiseEnvelope(first));
    expect(await t.settled(failing)).toBe('rolled-back');

    expect(await t.settledAt(defaultFlag, rev(3))).toMatchObject({
      state: 'held',
      blame: { region: region.name, services: [service] },
    });
    const verdicts = await t.world.audit.search({ changeId: `revert-${failing}`, type: 'RegionVerdict' });
    const verdict = verdicts.find((document) => document.region === region.name);
    expect(verdict?.detail['atFault']).toEqual([expect.objectContaining({ service, reason: 'older' })]);

    // Nothing is lost by it: once the queue is empty and the cache takes writes, all is well.
    region.caches.heal(service);
    region.queues.redriveAll();
    await t.until('known good is the revert', async () => (await t.knownGood())?.revision === 3);
    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(await t.story(`revert-${failing}`)).toEqual(['ChangeAccepted', 'ChangeHeld']);
  });
});
