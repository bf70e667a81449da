import { join } from 'node:path';
import type { ItemWrite, Query } from '@flaghoist/core/storage/write';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Table } from '@flaghoist/in-memory/table';
import { transactCommit } from '@flaghoist/in-memory/transact-write';
import { openFile } from '../lib/sqlite.ts';
import { home, killedAt, openFolder, removePaths } from './support/folder.ts';

afterAll(removePaths);

const recordsOf = (table: Table) =>
  table.shards
    .flatMap((shard) => shard.open(() => {}).read(1_000))
    .map(({ sk, oldItem, newItem }) => ({ sk, oldItem, newItem }));

describe('a table that is kept', () => {
  it('gives an answer only once it is on the disk, and shows nothing before', async () => {
    const { folder, scheduler, tableOf } = openFolder();
    const table = tableOf('changes');
    let answer: boolean | undefined;
    const committing = Promise.resolve(table.commit({ put: { pk: 'a', sk: 'b', n: 1 } })).then((held) => {
      answer = held;
    });
    await Promise.resolve();
    expect(answer).toBeUndefined();
    expect(table.get('a', 'b')).toBeUndefined();
    expect(recordsOf(table)).toEqual([]);
    await scheduler.run(committing);
    expect(answer).toBe(true);
    expect(table.get('a', 'b')).toEqual({ pk: 'a', sk: 'b', n: 1 });
    expect(folder.kept({ region: home, table: 'changes' }).get({ pk: 'a', sk: 'b' })?.item).toEqual({
      pk: 'a',
      sk: 'b',
      n: 1,
    });
    folder.close();
  });

  it('lets later conditions see what is underway, and refuses what it rules out only when that is on the disk', async () => {
    const { folder, scheduler, tableOf } = openFolder();
    const table = tableOf('changes');
    const first = table.commit({ put: { pk: 'a', sk: 'b', n: 1 }, condition: { op: 'lacks', attribute: 'n' } });
    const second = table.commit({ put: { pk: 'a', sk: 'b', n: 2 }, condition: { op: 'lacks', attribute: 'n' } });
    const third = table.commit({ update: { pk: 'a', sk: 'b' }, add: { n: 5 } });
    expect(await scheduler.run(Promise.all([first, second, third]))).toEqual([true, false, true]);
    expect(table.get('a', 'b')).toEqual({ pk: 'a', sk: 'b', n: 6 });
    folder.close();
  });

  it('gives a query what was read or written lately as it is remembered, and the rest from the disk', async () => {
    const { path, folder, scheduler, tableOf } = openFolder();
    const table = tableOf('changes');
    const put = (sk: string) => scheduler.run(Promise.resolve(table.commit({ put: { pk: 'a', sk, n: 1 } })));
    await put('1');
    await put('2');
    expect(table.query({ pk: 'a' }).map((item) => item === table.get('a', String(item.sk)))).toEqual([true, true]);
    folder.close();
    const again = openFolder(path);
    const later = again.tableOf('changes');
    const one = later.get('a', '1');
    expect(later.query({ pk: 'a' })).toEqual([one, { pk: 'a', sk: '2', n: 1 }]);
    again.folder.close();
  });

  it('does not look on the disk again for what was not there, and has it once it is written', async () => {
    const { path, folder, scheduler, tableOf } = openFolder();
    const table = tableOf('changes');
    expect(table.get('a', 'b')).toBeUndefined();
    const behindItsBack = openFile(join(path, 'flaghoist.db'));
    behindItsBack.exec(
      `INSERT INTO items (place, pk, sk, item, created, written, writer) SELECT id, 'a', 'b', '{"n":1}', 0, 0, '' FROM places WHERE name = 'changes'`,
    );
    behindItsBack.close();
    expect(table.get('a', 'b')).toBeUndefined();
    await scheduler.run(Promise.resolve(table.commit({ put: { pk: 'a', sk: 'b', n: 2 } })));
    expect([table.get('a', 'b'), table.query({ pk: 'a' })]).toEqual([
      { pk: 'a', sk: 'b', n: 2 },
      [{ pk: 'a', sk: 'b', n: 2 }],
    ]);
    folder.close();
  });

  it.each([1, 2, 3, 4, 5])('is after a kill what it was, and goes on as one in memory does (seed %i)', async (seed) => {
    const random = new SeededRandom(seed);
    const pick = (count: number): number => Math.floor(random.next() * count);
    const { path, folder, scheduler, tableOf } = openFolder();
    const kept = tableOf('changes');
    const model = new Table({ name: 'changes', region: home, clock: scheduler, indexed: ['pending', 'moment'] });
    const write = (): ItemWrite => {
      const key = { pk: `p${pick(3)}`, sk: `${'ab'[pick(2)]}#${pick(5)}` };
      const condition = pick(3) === 0 ? { condition: { op: 'lacks', attribute: 'pending' } as const } : {};
      switch (pick(4)) {
        case 0:
          return { delete: key, ...condition };
        case 1:
          return { update: key, add: { n: 1 }, remove: ['pending'], ...condition };
        default:
          return { put: { ...key, n: pick(9), text: `\0"é${pick(9)}`, pending: `${pick(9)}` }, ...condition };
      }
    };
    for (let round = 0; round < 30; round += 1) {
      const writes = Array.from({ length: 1 + pick(4) }, write);
      const expected = writes.map((each) => model.write(each));
      expect(await scheduler.run(Promise.all(writes.map((each) => kept.commit(each))))).toEqual(expected);
    }
    const again = openFolder(killedAt(path), scheduler);
    const table = again.tableOf('changes');
    const queries: Query[] = ['p0', 'p1', 'p2'].flatMap((pk) => [
      { pk },
      { pk, skPrefix: 'a#', descending: true, limit: 2 },
      { pk, skPrefix: 'b#', after: 'b#1' },
      { pk, after: 'a#3', descending: true },
    ]);
    for (const query of queries) expect(table.query(query)).toEqual(model.query(query));
    const bySk = (items: readonly { pk: string; sk: string }[]) => items.map(({ pk, sk }) => `${pk} ${sk}`).sort();
    expect(bySk(table.having('pending', { from: '3', to: '7' }))).toEqual(
      bySk(model.having('pending', { from: '3', to: '7' })),
    );
    expect(new Set(table.partitionKeys(10).pks)).toEqual(new Set(model.partitionKeys(10).pks));
    expect(recordsOf(table)).toEqual(recordsOf(model));
    again.folder.close();
    folder.close();
  });

  it('goes on in its stream behind what all readers have passed', async () => {
    const { path, folder, scheduler, tableOf } = openFolder();
    const table = tableOf('proposals');
    const [fast, slow] = [0, 1].map(() => table.shards.map((shard) => shard.open(() => {})));
    for (const n of [1, 2, 3]) await scheduler.run(Promise.resolve(table.commit({ put: { pk: 'a', sk: `${n}` } })));
    for (const reader of fast ?? []) reader.advance(Math.min(3, reader.behind));
    for (const reader of slow ?? []) reader.advance(Math.min(2, reader.behind));
    await scheduler.advance(1_000);
    const again = openFolder(killedAt(path), scheduler);
    const reopened = again.tableOf('proposals');
    expect(recordsOf(reopened)).toEqual([{ sk: '3', oldItem: undefined, newItem: { pk: 'a', sk: '3' } }]);
    again.folder.close();
    folder.close();
  });

  it('numbers the records of its stream on where it ended', async () => {
    const { path, folder, scheduler, tableOf } = openFolder();
    const numbers = (table: Table) =>
      table.shards.flatMap((shard) => shard.open(() => {}).read(9)).map(({ sequence }) => sequence);
    const first = tableOf('proposals');
    await scheduler.run(Promise.resolve(first.commit({ put: { pk: 'a', sk: '1' } })));
    const again = openFolder(killedAt(path), scheduler);
    const second = again.tableOf('proposals');
    await scheduler.run(Promise.resolve(second.commit({ put: { pk: 'a', sk: '2' } })));
    const [before, after] = numbers(second);
    expect(after).toBeGreaterThan(before ?? Number.NaN);
    again.folder.close();
    folder.close();
  });

  it('writes a transaction over two tables whole or not at all', async () => {
    const { path, folder, scheduler, tableOf } = openFolder();
    const tables = { flags: tableOf('flags'), changes: tableOf('changes') };
    const put = (table: 'flags' | 'changes', sk: string) => ({ table, put: { pk: 'a', sk } }) as const;
    const held = await scheduler.run(Promise.resolve(transactCommit([put('flags', '1'), put('changes', '1')], tables)));
    expect(held).toEqual([]);
    const absent = { ...put('changes', '1'), condition: { op: 'lacks', attribute: 'pk' } } as const;
    expect(await scheduler.run(Promise.resolve(transactCommit([put('flags', '2'), absent], tables)))).toEqual([1]);
    // What no table takes leaves nothing of the others on its way.
    const huge = { table: 'changes', put: { pk: 'a', sk: '3', text: 'x'.repeat(400 * 1024) } } as const;
    await expect(async () => transactCommit([put('flags', '3'), huge], tables)).rejects.toThrow(RangeError);
    const created = { put: { pk: 'a', sk: '3' }, condition: { op: 'lacks', attribute: 'pk' } } as const;
    expect(await scheduler.run(Promise.resolve(tables.flags.commit(created)))).toBe(true);
    const again = openFolder(killedAt(path), scheduler);
    expect(['1', '2'].map((sk) => again.tableOf('flags').get('a', sk) !== undefined)).toEqual([true, false]);
    again.folder.close();
    folder.close();
  });
});
