import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import { Queue } from '@flaghoist/in-memory/queue';
import { checkFolder } from '../lib/check.ts';
import { openFile } from '../lib/sqlite.ts';
import { home, killedAt, newPath, openFolder, removePaths } from './support/folder.ts';

afterAll(removePaths);

const written = async (): Promise<string> => {
  const { path, folder, scheduler, tableOf } = openFolder();
  const table = tableOf('changes');
  for (let n = 0; n < 200; n += 1) {
    await scheduler.run(Promise.resolve(table.commit({ put: { pk: 'a', sk: `${n}`, text: 'x'.repeat(500) } })));
  }
  folder.close();
  return path;
};

describe('a data folder', () => {
  it('is read by its owner alone', async () => {
    const path = join(newPath(), 'deep', 'er');
    openFolder(path).folder.close();
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('serves one world at a time, and the next one after it', () => {
    const { path, folder } = openFolder();
    expect(() => openFolder(path)).toThrow(expect.objectContaining({ code: 'FH_DATA_IN_USE' }));
    folder.close();
    openFolder(path).folder.close();
  });

  it('copies its log into the file seldom, since whoever writes waits for that', async () => {
    const { path, folder, scheduler, tableOf } = openFolder();
    const table = tableOf('changes');
    const before = statSync(join(path, 'flaghoist.db')).size;
    for (let n = 0; n < 60; n += 1) {
      await scheduler.run(Promise.resolve(table.commit({ put: { pk: 'a', sk: `${n}`, text: 'x'.repeat(100_000) } })));
    }
    expect(statSync(join(path, 'flaghoist.db')).size).toBe(before);
    folder.close();
    expect(statSync(join(path, 'flaghoist.db')).size).toBeGreaterThan(6_000_000);
  });

  it('of a newer release is refused', async () => {
    const path = await written();
    const file = openFile(join(path, 'flaghoist.db'));
    file.exec('PRAGMA user_version = 99');
    file.close();
    expect(() => openFolder(path)).toThrow(/schema version 99, and this release knows versions up to/);
  });

  it.each<[string, (file: string) => void]>([
    ['is no database', (file) => writeFileSync(file, 'x'.repeat(5_000))],
    ['ends too early', (file) => truncateSync(file, statSync(file).size - 8_192)],
    [
      'belongs to another program',
      (file) => {
        const foreign = openFile(file);
        foreign.exec('PRAGMA application_id = 7');
        foreign.close();
      },
    ],
  ])('whose file %s is refused, with what to do', async (_, damage) => {
    const path = await written();
    damage(join(path, 'flaghoist.db'));
    expect(() => openFolder(path)).toThrow(
      expect.objectContaining({ code: 'FH_DATA_DAMAGED', hint: expect.stringContaining('hoist data check') }),
    );
  });

  it.each<[string, (path: string) => void]>([
    ['is empty', (path) => truncateSync(join(path, 'flaghoist.db'))],
    ['is gone', (path) => rmSync(join(path, 'flaghoist.db'))],
    [
      'is gone',
      (path) => {
        for (const name of ['flaghoist.db', 'signing.key', 'flaghoist.db-wal']) rmSync(join(path, name));
      },
    ],
    ['holds nothing', (path) => rmSync(join(path, 'flaghoist.db-wal'))],
  ])('whose file %s begins no new world, and keeps its log', async (found, lose) => {
    const { path, folder, scheduler, tableOf } = openFolder();
    await scheduler.run(Promise.resolve(tableOf('changes').commit({ put: { pk: 'a', sk: '1' } })));
    const dead = killedAt(path);
    folder.close();
    lose(dead);
    const log = statSync(join(dead, 'flaghoist.db-wal'), { throwIfNoEntry: false })?.size;
    expect(() => openFolder(dead)).toThrow(
      expect.objectContaining({ code: 'FH_DATA_DAMAGED', message: expect.stringContaining(`flaghoist.db ${found}`) }),
    );
    expect(statSync(join(dead, 'flaghoist.db-wal'), { throwIfNoEntry: false })?.size).toBe(log);
    expect(() => checkFolder(dead)).toThrow(expect.objectContaining({ code: 'FH_NO_DATA' }));
  });

  it('keeps dead letters until they are sent again', async () => {
    const { path, folder, scheduler } = openFolder();
    const queueIn = (storageOf: typeof folder.letters) => {
      const letters = new Queue({ name: 'dead', region: home, scheduler, storageOf });
      return new Queue({
        name: 'alive',
        region: home,
        scheduler,
        redrive: { deadLetterQueue: letters, maxReceiveCount: 1 },
      });
    };
    const queue = queueIn((arn) => folder.letters(arn));
    for (const body of ['one', 'two']) queue.deadLetterQueue?.send(body);
    await scheduler.advance(100);
    const again = openFolder(killedAt(path), scheduler);
    const reopened = queueIn((arn) => again.folder.letters(arn));
    expect(reopened.deadLetterQueue?.bodies()).toEqual(['one', 'two']);
    expect(reopened.redriveAll()).toBe(2);
    await scheduler.advance(100);
    const last = openFolder(killedAt(again.path), scheduler);
    expect(queueIn((arn) => last.folder.letters(arn)).deadLetterQueue?.bodies()).toEqual([]);
    for (const { folder: each } of [last, again]) each.close();
    folder.close();
  });

  it('keeps the audit trail, each document once', async () => {
    const { path, folder, scheduler } = openFolder();
    const document = (id: string, at: number) => ({
      id,
      type: 'ChangeAccepted',
      flagKey: 'beta',
      region: home,
      at,
      detail: {},
    });
    const trail = new InMemoryAuditIndex({ region: home, storage: folder.trail(home) });
    const [first, second] = [trail.create([document('b', 2), document('a', 1)]), trail.create([document('b', 2)])];
    expect(await scheduler.run(Promise.all([first, second]))).toMatchObject([
      [{ status: 'created' }, { status: 'created' }],
      [{ status: 'exists' }],
    ]);
    const again = openFolder(killedAt(path), scheduler);
    const reopened = new InMemoryAuditIndex({ region: home, storage: again.folder.trail(home) });
    expect((await reopened.search({ flagKey: 'beta' })).map(({ id }) => id)).toEqual(['a', 'b']);
    const newest = await reopened.newest({ type: 'ChangeAccepted', until: 2 }, { limit: 1 });
    expect(newest.map(({ id }) => id)).toEqual(['b']);
    const older = await reopened.newest({ flagKey: 'beta' }, { limit: 5, before: { at: 2, id: 'b' } });
    expect(older.map(({ id }) => id)).toEqual(['a']);
    expect(await reopened.existing(['a', 'c'])).toEqual(new Set(['a']));
    expect(await scheduler.run(reopened.create([document('a', 1)]))).toEqual([{ id: 'a', status: 'exists' }]);
    again.folder.close();
    folder.close();
  });
});
