import { chmodSync } from 'node:fs';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { Table } from '@flaghoist/in-memory/table';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { numberOf, openForWriting } from '../lib/database.ts';
import { createRowWriter } from '../lib/journal-rows.ts';
import { SqliteTable } from '../lib/kept-table.ts';
import { Places } from '../lib/places.ts';
import { SqliteJournal } from '../lib/sqlite-journal.ts';
import { newPath, openFolder, removePaths } from './support/folder.ts';

afterAll(removePaths);

/** A table in a file of which the test says how many pages it may have. SQLite refuses what does not fit, as on a full disk. */
const tableInSmallFile = () => {
  const [path, scheduler, log] = [newPath(), new VirtualScheduler(), new RecordingLogger()];
  const database = openForWriting(path);
  const places = new Places(database);
  const journal = new SqliteJournal({
    database,
    write: createRowWriter(database, places),
    folder: path,
    scheduler,
    log,
  });
  const name = { region: 'eu-west-1', table: 'changes' };
  const kept = new SqliteTable(database, places.numberOf(name));
  const storage = { kept, journal, keepsRecords: true };
  const table = new Table({ name: name.table, region: name.region, clock: scheduler, storage });
  const commit = (sk: string, size = 100_000): Promise<boolean> =>
    Promise.resolve(
      table.commit({ put: { pk: 'a', sk, text: 'x'.repeat(size) }, condition: { op: 'lacks', attribute: 'pk' } }),
    );
  const put = (sk: string): Promise<boolean> => scheduler.run(commit(sk));
  const limit = (pages: number): void => database.exec(`PRAGMA max_page_count = ${pages}`);
  return { database, scheduler, log, table, journal, kept, commit, put, limit };
};

it('a full disk refuses what is written with a clear error, serves what is there, and goes on when there is room', async () => {
  const { database, log, table, put, limit } = tableInSmallFile();
  await put('1');
  limit(numberOf(database, 'PRAGMA page_count'));
  for (const _ of [1, 2]) {
    await expect(put('2')).rejects.toMatchObject({
      code: 'FH_DATA_NOT_WRITABLE',
      message: expect.stringContaining('the disk is full'),
      retryable: true,
    });
  }
  expect(log.messages('error')).toEqual(['data folder takes nothing, no change is accepted']);
  expect(table.get('a', '1')).toMatchObject({ sk: '1' });
  expect(table.get('a', '2')).toBeUndefined();
  limit(100_000);
  expect(await put('2')).toBe(true);
  expect(log.messages('info')).toEqual(['data folder takes writes again']);
  database.close();
});

it('refuses everybody who waits for the same transaction, and none of it is there', async () => {
  const { database, scheduler, kept, commit, put, limit } = tableInSmallFile();
  await put('0');
  limit(numberOf(database, 'PRAGMA page_count'));
  const answers = await scheduler.run(Promise.allSettled([commit('1', 10), commit('2'), commit('3', 10)]));
  expect(answers).toMatchObject(Array(3).fill({ status: 'rejected', reason: { code: 'FH_DATA_NOT_WRITABLE' } }));
  expect(kept.query({ pk: 'a' }).map(({ sk }) => sk)).toEqual(['0']);
  database.close();
});

it('refuses nobody for what never came to the disk', async () => {
  const { database, scheduler, commit, put, limit } = tableInSmallFile();
  await put('0');
  limit(numberOf(database, 'PRAGMA page_count'));
  // The condition of the second does not hold, because of the first: no answer while the first may still be dropped.
  const answers = await scheduler.run(Promise.allSettled([commit('1'), commit('1')]));
  expect(answers).toMatchObject(Array(2).fill({ status: 'rejected', reason: { code: 'FH_DATA_NOT_WRITABLE' } }));
  limit(100_000);
  expect(await put('1')).toBe(true);
  database.close();
});

it('writes what has happened already once there is room', async () => {
  const { database, scheduler, journal, limit } = tableInSmallFile();
  limit(numberOf(database, 'PRAGMA page_count'));
  journal.note([{ kind: 'letter', queue: 'dead', letter: { number: 1, body: 'x'.repeat(100_000), sentAt: 1 } }]);
  await scheduler.advance(5_000);
  const letters = (): number => numberOf(database, 'SELECT count(*) FROM letters');
  expect(letters()).toBe(0);
  limit(100_000);
  await scheduler.advance(5_000);
  expect(letters()).toBe(1);
  database.close();
});

/** Root may write everywhere: it is somebody else while this runs. */
const asNobody = <T>(action: () => T): T => {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(65_534);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
  }
};

it('a folder that is read-only is refused when a world starts in it', () => {
  const { path, folder } = openFolder();
  folder.close();
  chmodSync(path, 0o555);
  expect(() => asNobody(() => openFolder(path))).toThrow(expect.objectContaining({ code: 'FH_DATA_NOT_WRITABLE' }));
  chmodSync(path, 0o700);
});
