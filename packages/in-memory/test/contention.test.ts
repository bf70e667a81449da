import { flagPk, KNOWN_GOOD_SK, outageKey } from '@flaghoist/core/storage/keys';
import { changesTable, InMemoryChangeStore } from '../lib/change-store.ts';
import { transactInTime, writeInTime } from '../lib/contention.ts';
import { InMemoryFlagStore } from '../lib/flag-store.ts';
import { SeededRandom } from '../lib/random.ts';
import { Table } from '../lib/table.ts';
import { VirtualScheduler } from '../lib/virtual-scheduler.ts';

const world = () => {
  const scheduler = new VirtualScheduler();
  const things = new Table({ name: 'things', region: 'eu-west-1', clock: scheduler });
  return { scheduler, things, contention: { scheduler, random: new SeededRandom(1) } };
};
const add = (sk: string) => ({ table: 'things', update: { pk: 'p', sk }, add: { count: 1 } }) as const;

it('a transaction is seen as a whole when it is over, and not before', async () => {
  const { scheduler, things, contention } = world();
  const running = transactInTime([add('a'), add('b')], { things }, contention);
  await scheduler.advance(1);
  expect(things.query({ pk: 'p' })).toEqual([]);
  expect(await scheduler.run(running)).toEqual([]);
  expect(things.query({ pk: 'p' })).toHaveLength(2);
});

it('a newcomer that names one of its items is refused, also by a check, and tries again', async () => {
  const { scheduler, things, contention } = world();
  const check = { table: 'things', check: { pk: 'p', sk: 'a' }, condition: { op: 'has', attribute: 'pk' } } as const;
  const first = transactInTime([add('a')], { things }, contention);
  const second = transactInTime([add('b'), check], { things }, contention);
  expect(await scheduler.run(Promise.all([first, second]))).toEqual([[], []]);
  expect(things.get('p', 'b')).toEqual({ pk: 'p', sk: 'b', count: 1 });
});

it('most of many that meet at one item give up, and none of those has written anything', async () => {
  const { scheduler, things, contention } = world();
  const all = Array.from({ length: 100 }, (_, number) =>
    transactInTime([add('hot'), add(`own-${number}`)], { things }, contention),
  );
  const settled = await scheduler.run(Promise.allSettled(all));
  const written = settled.filter(({ status }) => status === 'fulfilled').length;
  expect(written).toBeLessThan(50);
  expect(things.get('p', 'hot')?.['count']).toBe(written);
  expect(things.query({ pk: 'p', skPrefix: 'own-' })).toHaveLength(written);
  const [refusal] = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  expect(refusal).toMatchObject({ code: 'FH_UNAVAILABLE', retryable: true });
});

it('a single write of one of its items waits for it; others do not', async () => {
  const { scheduler, things, contention } = world();
  const running = transactInTime([add('a')], { things }, contention);
  const meets = writeInTime({ update: { pk: 'p', sk: 'a' }, set: { last: 'me' } }, things, contention);
  const passes = writeInTime({ put: { pk: 'p', sk: 'c' } }, things, contention);
  await scheduler.advance(0);
  expect(things.get('p', 'c')).toBeDefined();
  expect(things.get('p', 'a')).toBeUndefined();
  await scheduler.run(Promise.all([running, meets, passes]));
  expect(things.get('p', 'a')).toEqual({ pk: 'p', sk: 'a', count: 1, last: 'me' });
});

it('what failed holds nothing', async () => {
  const { scheduler, things, contention } = world();
  const refused = { ...add('a'), condition: { op: 'has', attribute: 'pk' } } as const;
  expect(await scheduler.run(transactInTime([refused], { things }, contention))).toEqual([0]);
  expect(things.isHeld({ pk: 'p', sk: 'a' })).toBe(false);
});

it('the notes of an outage and a repair of KNOWN_GOOD meet the transaction that decides', async () => {
  const scheduler = new VirtualScheduler();
  const contention = { scheduler, random: new SeededRandom(1) };
  const of = { region: 'eu-west-1', clock: scheduler };
  const tables = { changes: changesTable(of), flags: new Table({ ...of, name: 'flags' }) };
  const changes = new InMemoryChangeStore({ ...tables, contention });
  const flags = new InMemoryFlagStore(tables.flags, contention);
  const outage = { region: 'eu-west-1', redis: 'redis-1', since: 1 };
  const order = { epoch: 1, revision: 1 };
  tables.changes.hold(outageKey(outage));
  tables.flags.hold({ pk: flagPk('beta'), sk: KNOWN_GOOD_SK });
  for (const write of [
    () => changes.noteTaken(outage),
    () => changes.noteDegraded(outage, []),
    () => changes.noteEnded(outage),
    () => flags.restoreKnownGood('beta', order, { flagKey: 'beta', order, envelopeDigest: '' }),
  ]) {
    await expect(scheduler.run<unknown>(write())).rejects.toMatchObject({ code: 'FH_UNAVAILABLE' });
  }
});
