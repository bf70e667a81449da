import fc from 'fast-check';
import type { LatencyModel } from '../lib/latency.ts';
import { Network } from '../lib/network.ts';
import { SeededRandom } from '../lib/random.ts';
import { Replication } from '../lib/replication.ts';
import { Table } from '../lib/table.ts';
import { VirtualScheduler } from '../lib/virtual-scheduler.ts';

const regions = ['eu-west-1', 'us-east-1', 'ap-south-1'] as const;

const world = (sample: () => number = () => 10) => {
  const scheduler = new VirtualScheduler({ startAt: 1_000 });
  const network = new Network();
  const latency: LatencyModel = { modelled: false, sample };
  const replication = new Replication({ scheduler, latency, network });
  const table = (region: string): Table => new Table({ name: 'flags', region, clock: scheduler });
  const tables = {
    'eu-west-1': table('eu-west-1'),
    'us-east-1': table('us-east-1'),
    'ap-south-1': table('ap-south-1'),
  };
  for (const region of regions) replication.add(tables[region]);
  return { scheduler, network, replication, tables, table };
};

const contentOf = (table: Table): Record<string, unknown> =>
  Object.fromEntries(
    table
      .partitionKeys(1_000)
      .pks.flatMap((pk) => table.query({ pk }))
      .map((item) => [`${item.pk} ${item.sk}`, item])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );

it('carries a write to every other region after the delay, into its stream too', async () => {
  const { scheduler, tables, replication } = world();
  tables['eu-west-1'].put({ pk: 'p', sk: 's', n: 1 });
  await scheduler.advance(9);
  expect(tables['us-east-1'].get('p', 's')).toBeUndefined();
  expect(replication.underway).toBe(2);
  await scheduler.advance(1);
  for (const region of regions) expect(tables[region].get('p', 's')).toEqual({ pk: 'p', sk: 's', n: 1 });
  const records = tables['us-east-1'].shards.flatMap((shard) => shard.open(() => {}).read(10));
  expect(records.map(({ newItem }) => newItem?.['n'])).toEqual([1]);
  expect(replication.underway).toBe(0);
});

it('lets items overtake each other, and merges what was written to one meanwhile', async () => {
  const delays = [50, 50, 5, 5];
  const { scheduler, tables } = world(() => delays.shift() ?? 1);
  const home = tables['eu-west-1'];
  home.put({ pk: 'p', sk: 'slow', n: 1 });
  home.put({ pk: 'p', sk: 'fast', n: 1 });
  await scheduler.advance(10);
  home.put({ pk: 'p', sk: 'slow', n: 2 });
  const elsewhere = tables['us-east-1'];
  expect([elsewhere.get('p', 'slow'), elsewhere.get('p', 'fast')?.['n']]).toEqual([undefined, 1]);
  await scheduler.advance(100);
  const records = elsewhere.shards.flatMap((shard) => shard.open(() => {}).read(10));
  expect(records.map(({ sk, newItem }) => [sk, newItem?.['n']])).toEqual([
    ['fast', 1],
    ['slow', 2],
  ]);
});

it('lets the last writer win, deletions included, and the region decide between equals', async () => {
  const { scheduler, tables } = world();
  tables['us-east-1'].put({ pk: 'p', sk: 'tie', from: 'us' });
  tables['eu-west-1'].put({ pk: 'p', sk: 'tie', from: 'eu' });
  tables['us-east-1'].put({ pk: 'p', sk: 'gone', from: 'us' });
  await scheduler.advance(1);
  tables['eu-west-1'].put({ pk: 'p', sk: 'gone', from: 'eu' });
  tables['eu-west-1'].delete({ pk: 'p', sk: 'gone' });
  await scheduler.runUntilIdle();
  for (const region of regions) {
    expect(tables[region].get('p', 'tie')?.['from']).toBe('us');
    expect(tables[region].get('p', 'gone')).toBeUndefined();
  }
});

it('lets a write that saw another one come after it, within one millisecond too', async () => {
  const { scheduler, tables } = world(() => 0);
  tables['us-east-1'].put({ pk: 'p', sk: 's', from: 'us' });
  await scheduler.advance(0);
  tables['eu-west-1'].put({ pk: 'p', sk: 's', from: 'eu' });
  await scheduler.advance(0);
  for (const region of regions) expect(tables[region].get('p', 's')?.['from']).toBe('eu');
});

it('sends a much-written item once', () => {
  const { scheduler, tables, replication } = world();
  for (let n = 0; n < 100; n += 1) tables['eu-west-1'].put({ pk: 'p', sk: 's', n });
  expect([replication.underway, scheduler.waiting]).toEqual([2, 2]);
});

it.each(['replication', 'network'] as const)(
  'holds back what a cut of the %s stops, both ways, and loses nothing',
  async (where) => {
    const all = world();
    const { scheduler, tables } = all;
    all[where].cut('us-east-1');
    tables['eu-west-1'].put({ pk: 'p', sk: 'in', n: 1 });
    tables['us-east-1'].put({ pk: 'p', sk: 'out', n: 1 });
    await scheduler.advance(10_000);
    tables['eu-west-1'].put({ pk: 'p', sk: 'in', n: 2 });
    await scheduler.advance(10_000);
    expect(tables['us-east-1'].get('p', 'in')).toBeUndefined();
    expect(tables['eu-west-1'].get('p', 'out')).toBeUndefined();
    expect(tables['ap-south-1'].get('p', 'in')?.['n']).toBe(2);
    all[where].restore('us-east-1');
    await scheduler.advance(10);
    expect(tables['us-east-1'].get('p', 'in')?.['n']).toBe(2);
    expect(tables['eu-west-1'].get('p', 'out')?.['n']).toBe(1);
  },
);

it('fills a new region with everything, also with what a removed one had written', async () => {
  const { scheduler, tables, replication, table } = world();
  tables['us-east-1'].put({ pk: 'p', sk: 'us', n: 1 });
  tables['eu-west-1'].put({ pk: 'p', sk: 'eu', n: 1 });
  await scheduler.advance(10);
  tables['eu-west-1'].put({ pk: 'p', sk: 'eu', n: 2 });
  replication.remove('us-east-1');
  tables['us-east-1'].put({ pk: 'p', sk: 'late', n: 1 });
  const joined = table('sa-east-1');
  replication.add(joined);
  await scheduler.runUntilIdle();
  expect(contentOf(joined)).toEqual({
    'p eu': { pk: 'p', sk: 'eu', n: 2 },
    'p us': { pk: 'p', sk: 'us', n: 1 },
  });
  expect(tables['us-east-1'].get('p', 'eu')?.['n']).toBe(1);
  expect(() => replication.add(table('sa-east-1'))).toThrow('already');
});

const region = fc.constantFrom(...regions);
const history = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ act: fc.constantFrom('put', 'delete'), region, item: fc.nat(3), ms: fc.nat(9) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ act: fc.constantFrom('cut', 'restore'), region, item: fc.nat(0), ms: fc.nat(30) }),
    },
  ),
  { maxLength: 60 },
);

/** Plays a history in which step `n` writes the value `n`, `pause + ms` after the step before; then lets all arrive. */
const play = async (steps: typeof history extends fc.Arbitrary<infer T> ? T : never, seed: number, pause: number) => {
  const random = new SeededRandom(seed);
  const all = world(() => random.next() * 60);
  const { scheduler, tables, replication } = all;
  const lastWrites = new Map<string, number | undefined>();
  for (const [n, { act, region: where, item, ms }] of steps.entries()) {
    await scheduler.advance(pause + ms);
    const key = { pk: 'p', sk: `s${item}` };
    if (act === 'cut' || act === 'restore') replication[act](where);
    else if (act === 'put') {
      tables[where].put({ ...key, n });
      lastWrites.set(key.sk, n);
    } else if (tables[where].get(key.pk, key.sk) !== undefined) {
      tables[where].delete(key);
      lastWrites.set(key.sk, undefined);
    }
  }
  for (const name of regions) replication.restore(name);
  const late = all.table('sa-east-1');
  replication.add(late);
  await scheduler.runUntilIdle();
  expect(replication.underway).toBe(0);
  return { replicas: [...regions.map((name) => tables[name]), late], lastWrites };
};

it('converges, whatever the delays, the merging, the cuts and the ties', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.nat(), async (steps, seed) => {
      const { replicas } = await play(steps, seed, 0);
      const [first, ...others] = replicas.map(contentOf);
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 300 },
  );
});

it('ends on the last write of every item when no two fall on one instant', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.nat(), async (steps, seed) => {
      const { replicas, lastWrites } = await play(steps, seed, 1);
      for (const replica of replicas) {
        for (const [sk, n] of lastWrites) expect(replica.get('p', sk)?.['n']).toBe(n);
      }
    }),
    { numRuns: 300 },
  );
});
