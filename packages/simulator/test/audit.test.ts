import { shippedWiring } from '@flaghoist/wiring/wiring';
import { named } from '../lib/queues.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

const MINUTE_MS = 60_000;
/** A message that failed is back by then. */
const AWAY_MS = Number(shippedWiring().queues['audit']?.visibilitySeconds) * 1000 + 5_000;
/** By then its queue has given up what it could not deliver all the time. */
const GIVEN_UP_MS = Number(shippedWiring().queues['audit']?.receives) * AWAY_MS;

const auditQueueOf = ({ world }: TestWorld) => named(world.home.queues, 'audit');
const latencies = ['none', 'modelled'] as const;

describe('an audit index that is down', () => {
  it.each(latencies)('for some minutes: changes go on, nothing is lost, latency %s', async (latency) => {
    const t = await startWorld({ latency, seed: 101 });
    t.world.home.audit.takeDown();
    const { changeId } = await t.verified();
    const { changeId: second } = await t.verified();
    const rejected = await t.propose({ owner: '', document: {} });
    expect(await t.settled(rejected)).toBe('rejected');
    t.region(1).caches.breakService(t.service(1), 'read-only');
    const broken = await t.propose();
    expect(await t.settled(broken)).toBe('rolled-back');
    await t.advance(3 * MINUTE_MS);
    expect(t.world.home.audit.size).toBe(0);
    expect(auditQueueOf(t).pending).toBeGreaterThan(0);

    t.world.home.audit.bringUp();
    await t.advance(AWAY_MS);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(second)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.story(rejected)).toEqual(['ChangeProposed', 'ChangeRejected']);
    expect(await t.story(broken)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeRolledBack']);
    for (const id of [changeId, second]) expect(await t.verdicts(id)).toHaveLength(t.regions.length);
    expect(auditQueueOf(t).pending).toBe(0);

    await t.advance(16 * MINUTE_MS);
    expect(await t.run(t.world.home.sweep())).toEqual({
      checked: 4,
      missing: 0,
      written: 0,
      askedAgain: 0,
      chainBreaks: [],
    });
    const current = await t.current();
    await t.everyCacheHolds(
      defaultFlag,
      { epoch: 1, revision: Number(current?.revision) },
      {
        except: [t.cacheName(1, 1)],
      },
    );
  });

  it('for longer than its queue is patient: the sweep writes what was accepted, the queue has the rest', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 102, schedules: false });
    t.world.home.audit.takeDown();
    const { changeId } = await t.verified();
    await t.advance(GIVEN_UP_MS);
    t.world.home.audit.bringUp();
    await t.advance(5 * MINUTE_MS);
    expect(await t.trail()).toEqual([]);

    expect(await t.run(t.world.home.sweep())).toEqual({
      checked: 1,
      missing: 1,
      written: 1,
      askedAgain: 0,
      chainBreaks: [],
    });
    expect(await t.story(changeId)).toEqual(['ChangeAccepted']);
    expect(t.log.messages('warn')).toContain('acceptances were missing in the trail');
    // What the sweep wrote is what the event would have written: it comes a second time and is the same document.
    expect(auditQueueOf(t).redriveAll()).toBeGreaterThan(0);
    await t.advance(MINUTE_MS);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    expect(await t.verdicts(changeId)).toHaveLength(t.regions.length);
    expect(await t.run(t.world.home.sweep())).toEqual({
      checked: 1,
      missing: 0,
      written: 0,
      askedAgain: 0,
      chainBreaks: [],
    });
    await t.everyCacheHolds(defaultFlag, { epoch: 1, revision: 1 });
  });

  it('for single documents only: those come again, the others are there at once', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 103 });
    t.world.home.audit.failItems(({ type }) =>
      type === 'ChangeAccepted' ? { retryable: true, reason: 'rejected execution' } : undefined,
    );
    const { changeId } = await t.verified();
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeVerified']);
    t.world.home.audit.failItems(() => undefined);
    await t.advance(AWAY_MS);
    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
    await t.everyCacheHolds(defaultFlag, { epoch: 1, revision: 1 });
  });
});

describe('the hash chain', () => {
  it('tells a revision that was altered in the table', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 104 });
    await t.verified();
    await t.verified();
    const [first] = t.region(0).flags.query({ pk: `FLAG#${defaultFlag}`, skPrefix: 'REVISION#', limit: 1 });
    if (first === undefined) throw new Error('there is no revision');
    t.region(0).flags.put({ ...first, envelope: String(first['envelope']).replace('document 1', 'document 7') });
    await t.advance(MINUTE_MS);
    const { chainBreaks } = await t.run(t.world.home.sweep());
    expect(chainBreaks).toEqual([{ flagKey: defaultFlag, order: '1.1', problem: 'altered' }]);
    await t.everyCacheHolds(defaultFlag, { epoch: 1, revision: 2 });
    expect((await t.trail()).map(({ detail }) => detail['reason'])).toContain('not-an-envelope');
  });
});
