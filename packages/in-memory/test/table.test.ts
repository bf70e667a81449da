import { ABSENT, PRESENT } from '@flaghoist/core/storage/conditions';
import type { Attributes, Condition } from '@flaghoist/core/storage/write';
import fc from 'fast-check';
import { Table } from '../lib/table.ts';
import type { StreamRecord } from '../lib/table-stream.ts';
import { transactWrite } from '../lib/transact-write.ts';

const clock = { now: () => 1_000 };
const newTable = (name = 'things', region = 'eu-west-1'): Table => new Table({ name, region, clock });
const recordsOf = (table: Table): StreamRecord[] =>
  table.shards.flatMap((shard) => shard.open(() => {}).read(100_000)).sort((a, b) => a.sequence - b.sequence);
const hasValues = (values: Attributes): Condition => ({ op: 'equals', values });
const readers = (table: Table): void => {
  for (const shard of table.shards) shard.open(() => {});
};

describe('a table', () => {
  it('copies items in, and never changes what it gave out', () => {
    const table = newTable();
    const mine: Record<string, string | number> & { pk: string; sk: string } = { pk: 'a', sk: 'b', n: 1 };
    table.put(mine);
    mine['n'] = 2;
    const out = table.get('a', 'b');
    expect(out).toEqual({ pk: 'a', sk: 'b', n: 1 });
    table.put({ pk: 'a', sk: 'b', n: 3 });
    expect(out).toEqual({ pk: 'a', sk: 'b', n: 1 });
    expect(() => Object.assign(out ?? {}, { n: 4 })).toThrow(TypeError);
  });

  it('writes only when the condition holds', () => {
    const table = newTable();
    expect(table.put({ pk: 'a', sk: 'b', n: 1 }, PRESENT)).toBe(false);
    expect(table.put({ pk: 'a', sk: 'b', n: 1 }, ABSENT)).toBe(true);
    expect(table.put({ pk: 'a', sk: 'b', n: 2 }, ABSENT)).toBe(false);
    expect(table.put({ pk: 'a', sk: 'b', n: 2 }, hasValues({ n: 7 }))).toBe(false);
    expect(table.get('a', 'b')).toEqual({ pk: 'a', sk: 'b', n: 1 });
    expect(table.delete({ pk: 'a', sk: 'b' }, hasValues({ n: 2 }))).toBe(false);
    expect(table.delete({ pk: 'a', sk: 'b' }, hasValues({ n: 1 }))).toBe(true);
    expect(table.get('a', 'b')).toBeUndefined();
  });

  it('updates single attributes, counts from 0 and creates what is not there', () => {
    const table = newTable();
    const key = { pk: 'a', sk: 'b' };
    table.write({ update: key, add: { count: 2 } });
    table.write({ update: key, set: { holder: 'me' }, add: { count: 3 } });
    expect(table.get('a', 'b')).toEqual({ ...key, count: 5, holder: 'me' });
    table.write({ update: key, remove: ['holder'] });
    expect(table.get('a', 'b')).toEqual({ ...key, count: 5 });
  });

  it('refuses what is neither text nor a number, and what is too large', () => {
    const table = newTable();
    expect(() => table.put({ pk: 'a', sk: 'b', n: Number.NaN })).toThrow(TypeError);
    expect(() => table.put({ pk: 'a', sk: 'b', text: 'x'.repeat(400 * 1024) })).toThrow(RangeError);
    expect(table.get('a', 'b')).toBeUndefined();
  });

  it('queries like a sorted list, whatever was put and deleted', () => {
    const sk = fc.stringMatching(/^[ab]{0,2}#?[0-9]{1,2}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(sk, fc.boolean()), { maxLength: 60 }),
        fc.constantFrom('', 'a', 'ab#', 'b'),
        fc.boolean(),
        fc.nat(12),
        fc.option(sk, { nil: undefined }),
        (writes, skPrefix, descending, limit, after) => {
          const table = newTable();
          const model = new Set<string>();
          for (const [key, deletes] of writes) {
            if (deletes) {
              table.delete({ pk: 'p', sk: key });
              model.delete(key);
            } else {
              table.put({ pk: 'p', sk: key });
              model.add(key);
            }
          }
          const sorted = [...model].filter((key) => key.startsWith(skPrefix)).sort();
          if (descending) sorted.reverse();
          const rest = sorted.filter((key) => after === undefined || (descending ? key < after : key > after));
          const range = after === undefined ? {} : { after };
          const found = table.query({ pk: 'p', skPrefix, descending, limit, ...range });
          expect(found.map((item) => item.sk)).toEqual(rest.slice(0, limit));
        },
      ),
    );
  });

  it('lists its partition keys page by page, also while it grows', () => {
    const table = newTable();
    for (let i = 0; i < 5; i += 1) table.put({ pk: `p${i}`, sk: 's' });
    const first = table.partitionKeys(3);
    table.put({ pk: 'late', sk: 's' });
    const second = table.partitionKeys(3, first.next);
    expect([...first.pks, ...second.pks]).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'late']);
    expect(second.next).toBeUndefined();
  });
});

describe('the stream of a table', () => {
  it('carries every change with its old and its new image', () => {
    const table = newTable();
    table.put({ pk: 'a', sk: 'b', n: 1 });
    table.put({ pk: 'a', sk: 'b', n: 2 });
    table.delete({ pk: 'a', sk: 'b' });
    const [one, two] = [
      { pk: 'a', sk: 'b', n: 1 },
      { pk: 'a', sk: 'b', n: 2 },
    ];
    expect(recordsOf(table).map(({ oldItem, newItem }) => [oldItem, newItem])).toEqual([
      [undefined, one],
      [one, two],
      [two, undefined],
    ]);
  });

  it('is silent about writes that change nothing, and about refused ones', () => {
    const table = newTable();
    table.put({ pk: 'a', sk: 'b', n: 1 });
    table.put({ pk: 'a', sk: 'b', n: 1 });
    table.put({ pk: 'a', sk: 'b', n: 2 }, ABSENT);
    table.delete({ pk: 'a', sk: 'nothing' });
    expect(recordsOf(table)).toHaveLength(1);
  });

  it('keeps a partition key within one shard, and spreads keys over all', () => {
    const table = newTable();
    for (let i = 0; i < 100; i += 1) for (const sk of ['x', 'y']) table.put({ pk: `p${i}`, sk });
    const shards = table.shards.map(
      (shard) =>
        new Set(
          shard
            .open(() => {})
            .read(1_000)
            .map(({ pk }) => pk),
        ),
    );
    expect(shards.every(({ size }) => size > 5)).toBe(true);
    expect(shards.reduce((sum, { size }) => sum + size, 0)).toBe(100);
  });

  it('keeps records until the slowest reader has passed them', () => {
    const table = new Table({ name: 'things', region: 'r', clock, shards: 1 });
    const [shard] = table.shards;
    const fast = shard?.open(() => {});
    const slow = shard?.open(() => {});
    for (let i = 0; i < 5_000; i += 1) table.put({ pk: 'p', sk: 's', n: i });
    fast?.advance(5_000);
    slow?.advance(2_000);
    expect(fast?.behind).toBe(0);
    expect(slow?.read(2).map(({ newItem }) => newItem?.['n'])).toEqual([2_000, 2_001]);
    slow?.advance(3_000);
    table.put({ pk: 'p', sk: 's', n: 5_000 });
    for (const reader of [fast, slow]) expect(reader?.read(9).map(({ newItem }) => newItem?.['n'])).toEqual([5_000]);
  });
});

describe('a transaction', () => {
  it('names the conditions that failed and writes nothing', () => {
    const [a, b] = [newTable('a'), newTable('b')];
    a.put({ pk: 'p', sk: 's', n: 1 });
    readers(a);
    const failed = transactWrite(
      [
        { table: 'a', put: { pk: 'p', sk: 's', n: 2 } },
        { table: 'b', put: { pk: 'p', sk: 's', n: 2 }, condition: PRESENT },
        { table: 'a', check: { pk: 'q', sk: 's' }, condition: PRESENT },
      ],
      { a, b },
    );
    expect(failed).toEqual([1, 2]);
    expect(a.get('p', 's')).toEqual({ pk: 'p', sk: 's', n: 1 });
    expect(b.get('p', 's')).toBeUndefined();
  });

  it('is refused outright when it is none', () => {
    const [a, b] = [newTable('a'), newTable('b', 'us-east-1')];
    const put = (table: 'a' | 'b', sk: string) => ({ table, put: { pk: 'p', sk } });
    const transact = (...writes: ReturnType<typeof put>[]) => transactWrite(writes, { a, b });
    expect(() => transact(put('a', 's'), put('a', 's'))).toThrow('twice');
    expect(() => transact(put('a', 's'), put('b', 's'))).toThrow('one region');
    expect(() => transact(...Array.from({ length: 101 }, (_, i) => put('a', `s${i}`)))).toThrow('at most 100');
    expect(a.get('p', 's')).toBeUndefined();
  });

  it('is all or nothing: what is written is what the conditions allowed at one instant', () => {
    const place = fc.record({
      table: fc.nat(1),
      pk: fc.nat(2),
      expects: fc.nat(3),
      writes: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(place, { selector: ({ table, pk }) => `${table} ${pk}`, maxLength: 6 }), {
          maxLength: 20,
        }),
        (transactions) => {
          const tables = [newTable('a'), newTable('b')] as const;
          const model = new Map<string, number>();
          for (const writes of transactions) {
            const allowed = writes.every(({ table, pk, expects }) => (model.get(`${table} ${pk}`) ?? 0) === expects);
            const failed = transactWrite(
              writes.map(({ table, pk, expects, writes: n }) => ({
                table: String(table),
                put: { pk: String(pk), sk: 's', n },
                condition: expects === 0 ? ABSENT : hasValues({ n: expects }),
              })),
              Object.fromEntries(tables.entries()),
            );
            expect(failed.length === 0).toBe(allowed);
            if (allowed) for (const { table, pk, writes: n } of writes) model.set(`${table} ${pk}`, n);
            for (const [key, n] of model) {
              const [table, pk] = key.split(' ');
              expect(tables[Number(table) as 0 | 1].get(String(pk), 's')?.['n']).toBe(n);
            }
          }
        },
      ),
    );
  });
});
