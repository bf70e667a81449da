import { eventOf } from '@flaghoist/core/events';
import { createHome, REDIS, START, verdict } from './support/home.ts';

const REGION = 'eu-west-1';
const third = (outageSince: number | null = 1) => ({ look: 3, outageSince, seenAt: START + 88_000 }) as const;

/** A home at the end of the 87 s after an update, which nobody has decided. */
const atThirdLook = async ({ on = false, ...options }: { on?: boolean } & Parameters<typeof createHome>[0] = {}) => {
  const home = createHome(options);
  const created = await home.accept('created');
  await home.prove(created);
  const updated = await home.accept('updated', { on });
  await home.clock.advance(88_000);
  return { home, created, updated };
};

const outageEvent = (
  type: 'CacheDegraded' | 'CacheRepaired',
  outageSince: number,
  serves?: readonly string[],
): string => {
  const frame = { identity: [REGION, REDIS], region: REGION, at: 0 };
  const served = serves === undefined ? {} : { serves: [...serves] };
  const detail =
    type === 'CacheDegraded'
      ? eventOf({ type, ...frame, detail: { region: REGION, redis: REDIS, changeIds: [], outageSince, ...served } })
      : eventOf({ type, ...frame, detail: { region: REGION, redis: REDIS, flagKeys: [], outageSince } });
  return JSON.stringify({ source: 'flaghoist', 'detail-type': type, detail });
};

describe('a change that a Redis refuses', () => {
  it('names no outage at home that its region has not named: nobody would ever say that it is over', async () => {
    const home = createHome();
    const created = await home.accept('created');
    const unnamed = verdict(created, REGION, 'refusing', { outageSince: null, serves: ['payments'] });
    await home.deliver(unnamed);
    expect(home.deadLetters.given).toEqual([]);
    expect(await home.changes.redis({ region: REGION, redis: REDIS })).toBeUndefined();
    await home.deliver(verdict(created, REGION, 'refusing', { look: 2, outageSince: 7, serves: ['payments'] }));
    expect(await home.changes.redis({ region: REGION, redis: REDIS })).toBeDefined();
  });

  it('waits for the third look, and is asked for it, with the regions that have refused it', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, REGION, 'refusing'), verdict(created, 'us-east-1', 'unknown'));
    expect(await home.step('ask', created)).toMatchObject({ asked: ['us-east-1', REGION, 'ap-south-1'] });
    await home.deliver(verdict(created, REGION, 'refusing', { look: 2 }));
    expect(await home.step('conclude', created, { last: false })).toMatchObject({ state: 'accepted', settled: false });
    expect(await home.step('ask', created, { look: 3 })).toMatchObject({ asked: [REGION] });
    expect(home.log.messages('error')).toEqual([]);
    expect(await home.step('conclude', created)).toMatchObject({ state: 'unverified' });
    expect(home.log.lines).toContainEqual({
      level: 'error',
      message: 'change unverified',
      fields: expect.objectContaining({
        silentRegions: ['us-east-1', REGION, 'ap-south-1'],
        named: [`${REGION}/payments: READONLY of ${REDIS}`],
      }),
    });
  });

  it('is verified when the second look finds it', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.deliver(verdict(created, REGION, 'refusing'));
    await home.prove(created);
    expect(await home.state(created)).toBe('verified');
  });

  it('is taken back at the third look, once per outage; then another waits, and ends unverified', async () => {
    const { home, created, updated } = await atThirdLook();
    await home.deliver(verdict(updated, REGION, 'refusing', third()));
    expect(await home.record(updated)).toMatchObject({
      state: 'rolled-back',
      blame: { region: REGION, services: ['payments'] },
    });
    const revert = await home.current();
    expect(revert).toMatchObject({ kind: 'rolled-back', documentDigest: created.documentDigest });
    await home.prove(revert);

    const next = await home.accept('updated', { on: false });
    await home.deliver(verdict(next, REGION, 'refusing', third()));
    expect(await home.step('conclude', next)).toMatchObject({ state: 'unverified' });
    expect(await home.current()).toEqual(next);

    await home.prove(next);
    const again = await home.accept('updated');
    await home.deliver(verdict(again, REGION, 'refusing', third(2)));
    expect(await home.state(again)).toBe('rolled-back');
  });

  it('counts for the outage of every Redis that refused it, those that are heard of later too', async () => {
    const { home, updated } = await atThirdLook();
    await home.deliver(verdict(updated, REGION, 'refusing', third()));
    await home.deliver(verdict(updated, 'ap-south-1', 'refusing', third()));
    await home.prove(await home.current());
    const next = await home.accept('updated', { on: false });
    await home.deliver(verdict(next, 'ap-south-1', 'refusing', third()));
    expect(await home.state(next)).toBe('accepted');
  });

  it.each([
    ['refused by another Redis as well', 'refusing'],
    ['not held by a cache elsewhere', 'inconsistent'],
  ] as const)(
    'is taken back although an outage that has had its change refuses it too, when it is %s',
    async (_, found) => {
      const { home, updated } = await atThirdLook();
      await home.deliver(verdict(updated, REGION, 'refusing', third()));
      await home.prove(await home.current());
      const next = await home.accept('updated', { on: false });
      await home.deliver(verdict(next, REGION, 'refusing', third()));
      expect(await home.state(next)).toBe('accepted');
      expect(await home.deliver(verdict(next, 'ap-south-1', found, third()))).toEqual([]);
      expect(await home.state(next)).toBe('rolled-back');
    },
  );

  it('is not taken back by an outage that takes another one back at the same moment', async () => {
    const { home, updated } = await atThirdLook();
    const other = await home.accept('created', { flagKey: 'other' });
    await home.deliver(verdict(updated, REGION, 'refusing', third()), verdict(other, REGION, 'refusing', third()));
    expect([await home.state(updated), await home.state(other)].sort()).toEqual(['accepted', 'rolled-back']);
  });

  it('is not taken back for an outage that began before home was moved, of which a former home knew more', async () => {
    const movedAt = START + 60_000;
    const { home, updated } = await atThirdLook({ epoch: 2, movedAt });
    for (const outageSince of [movedAt, movedAt - 1, null]) {
      await home.deliver(verdict(updated, REGION, 'refusing', third(outageSince)));
      expect(await home.state(updated)).toBe('accepted');
    }
    expect(await home.step('conclude', updated)).toMatchObject({ state: 'unverified' });
    await home.prove(updated);
    const next = await home.accept('updated', { on: true });
    await home.deliver(verdict(next, REGION, 'refusing', third(movedAt + 1)));
    expect(await home.state(next)).toBe('rolled-back');
    await home.prove(await home.current());
    const last = await home.accept('updated', { on: true });
    await home.deliver(verdict(last, REGION, 'refusing', third(movedAt + 1)));
    expect(await home.state(last)).toBe('accepted');
  });

  it('is taken back by a full Redis each time, when it is larger than what comes back', async () => {
    const { home, updated } = await atThirdLook();
    const full = { ...third(), refusing: { payments: 'OOM' } };
    await home.deliver(verdict(updated, REGION, 'refusing', full));
    await home.prove(await home.current());
    const small = await home.accept('updated');
    await home.prove(small);
    const large = await home.accept('updated', { on: false, audience: ['accounts', 'payments', 'statements'] });
    await home.deliver(verdict(large, REGION, 'refusing', { ...full, outageSince: 1 }));
    expect([await home.state(updated), await home.state(large)]).toEqual(['rolled-back', 'rolled-back']);
  });
});

describe.each(['killed', 'archived'] as const)('a change that is %s and refused', (kind) => {
  it('pages at the first look, is kept, and ends held at the third', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const stop = await home.accept(kind);
    await home.deliver(verdict(stop, REGION, 'refusing'));
    expect(home.log.lines).toContainEqual({
      level: 'error',
      message: 'kill, archive or revert refused by a Redis',
      fields: expect.objectContaining({
        blamedRegion: REGION,
        refusing: [{ service: 'payments', redis: REDIS, error: 'READONLY', outageSince: 1 }],
      }),
    });
    expect(await home.state(stop)).toBe('accepted');
    await home.clock.advance(88_000);
    await home.deliver(verdict(stop, REGION, 'refusing', third()));
    expect(await home.record(stop)).toMatchObject({ state: 'held', holdReason: 'kind' });
    expect(await home.current()).toEqual(stop);
    expect(home.topic.regionsSent(2)).toEqual([REGION]);
  });

  it('ends held too when the third look is not answered', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const stop = await home.accept(kind);
    await home.deliver(verdict(stop, REGION, 'refusing', { look: 2 }));
    await home.clock.advance(92_000);
    expect(await home.step('conclude', stop)).toMatchObject({ state: 'held' });
  });
});

it('two and more of one Redis that lie together are its fault: held', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const updated = await home.accept('updated', { on: false });
  const lying = { services: ['payments', 'accounts'], lyingTogether: true };
  await home.deliver(verdict(updated, REGION, 'inconsistent', lying));
  expect(await home.record(updated)).toMatchObject({ state: 'held', holdReason: 'degraded-cache' });
});

it('a kill that ends held has taken nothing back: the outage still may, once', async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const killed = await home.accept('killed');
  await home.clock.advance(88_000);
  await home.deliver(verdict(killed, REGION, 'refusing', third()));
  expect(await home.record(killed)).toMatchObject({ state: 'held', holdReason: 'kind' });
  const restored = await home.accept('restored');
  await home.deliver(verdict(restored, REGION, 'refusing', third()));
  expect(await home.record(restored)).toMatchObject({ state: 'rolled-back' });
});

describe('what home keeps of a Redis', () => {
  const state = (home: ReturnType<typeof createHome>) => home.changes.redis({ region: REGION, redis: REDIS });

  it('is that it refuses, and since when', async () => {
    const home = createHome();
    await home.deliver(verdict(await home.accept('created'), REGION, 'refusing', { outageSince: 5 }));
    expect(await state(home)).toMatchObject({ degradedSince: 5, endedSince: null });
    expect(await home.changes.redisesOf(REGION)).toEqual([await state(home)]);
    expect(await home.changes.redisesOf('us-east-1')).toEqual([]);
  });

  it('is whom it serves, and not only whom it has failed, in the words of its region', async () => {
    const home = createHome();
    const created = await home.accept('created');
    const serves = ['accounts', 'payments', 'statements'];
    await home.deliver(verdict(created, REGION, 'refusing', { outageSince: 5, serves }));
    expect(await state(home)).toMatchObject({ degradedSince: 5, services: serves });
    await home.deliver(outageEvent('CacheDegraded', 5, ['accounts', 'payments']));
    expect(await state(home)).toMatchObject({ services: ['accounts', 'payments'] });
  });

  it('serves anybody, as far as home knows, while its region has not said whom', async () => {
    const home = createHome();
    await home.deliver(verdict(await home.accept('created'), REGION, 'refusing', { outageSince: 5 }));
    expect(await state(home)).toMatchObject({ degradedSince: 5, services: [] });
  });

  it('is nothing while nobody has said when it began: nobody would say that it is over', async () => {
    const home = createHome();
    await home.deliver(verdict(await home.accept('created'), REGION, 'refusing', { outageSince: null }));
    expect(await state(home)).toBeUndefined();
  });

  it('is told by its region as well, late, twice and in any order', async () => {
    const home = createHome();
    const told = [outageEvent('CacheRepaired', 7), outageEvent('CacheDegraded', 5), outageEvent('CacheDegraded', 7)];
    expect(await home.deliver(...told, ...told)).toEqual([]);
    expect(await state(home)).toMatchObject({ degradedSince: 7, endedSince: 7 });
    await home.deliver(outageEvent('CacheDegraded', 9), outageEvent('CacheRepaired', 3));
    expect(await state(home)).toMatchObject({ degradedSince: 9, endedSince: 7 });
  });
});
