import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, digestOf } from '@flaghoist/core/canonical-json';
import { backUp, restore } from '../lib/backup.ts';
import { checkFile, checkFolder } from '../lib/check.ts';
import { dataErrorOf } from '../lib/errors.ts';
import { openFile } from '../lib/sqlite.ts';
import { killedAt, newPath, openFolder, removePaths } from './support/folder.ts';

afterAll(removePaths);

/** Of so long a text that a file has many pages. */
const sealed = (revision: number) => {
  const content = { revision, text: 'x'.repeat(9_000) };
  const envelopeDigest = digestOf(content);
  return { envelope: canonicalJson({ ...content, envelopeDigest }), envelopeDigest };
};

/** A folder with one flag in so many revisions; its world still runs. */
const running = async (revisions: number) => {
  const opened = openFolder();
  const flags = opened.tableOf('flags');
  const add = async (revision: number): Promise<void> => {
    const attributes = sealed(revision);
    for (const sk of [`REVISION#${revision}`, 'CURRENT']) {
      await opened.scheduler.run(Promise.resolve(flags.commit({ put: { pk: 'FLAG#beta', sk, ...attributes } })));
    }
  };
  for (let revision = 1; revision <= revisions; revision += 1) await add(revision);
  return { ...opened, flags, add };
};

const copyOf = (file: string): string => {
  const copy = join(newPath(), 'copy');
  copyFileSync(file, copy);
  return copy;
};

it('backs up what is committed while a world goes on, and brings it back', async () => {
  const { path, folder, add } = await running(3);
  const backup = join(newPath(), 'monday');
  expect(backUp(path, backup)).toMatchObject({ flags: 1, revisions: 3, problems: [] });
  await add(4);
  folder.close();
  expect(checkFolder(path)).toMatchObject({ revisions: 4 });

  const restored = restore(backup, path);
  expect(restored).toMatchObject({ revisions: 3, problems: [] });
  expect(checkFile(join(restored.replaced ?? '', 'flaghoist.db'))).toMatchObject({ revisions: 4 });
  const again = openFolder(path);
  expect(again.tableOf('flags').get('FLAG#beta', 'CURRENT')).toMatchObject({
    envelopeDigest: sealed(3).envelopeDigest,
  });
  again.folder.close();
});

it("counts the flags of people, and none of the canary's", async () => {
  const { path, folder, flags, scheduler } = await running(2);
  for (const sk of ['REVISION#1', 'CURRENT']) {
    const put = { pk: 'FLAG#flaghoist.canary', sk, envelopeDigest: 'digest-1' };
    await scheduler.run(Promise.resolve(flags.commit({ put })));
  }
  folder.close();
  expect(checkFolder(path)).toMatchObject({ flags: 1, revisions: 2, problems: [] });
});

it('restores what lies in the log of a killed world, and moves log and file aside together', async () => {
  const { path, folder } = await running(3);
  const [dead, other] = [killedAt(path), killedAt(path)];
  folder.close();
  const { replaced } = restore(join(dead, 'flaghoist.db'), other);
  expect(checkFolder(other)).toMatchObject({ flags: 1, revisions: 3, problems: [] });
  expect(checkFile(join(replaced ?? '', 'flaghoist.db'))).toMatchObject({ flags: 1, revisions: 3 });
  // The way back.
  restore(join(replaced ?? '', 'flaghoist.db'), other);
  expect(checkFolder(other)).toMatchObject({ revisions: 3 });
});

it('leaves no log of an earlier file beside what is restored', async () => {
  const { path, folder } = await running(3);
  const backup = join(newPath(), 'monday');
  backUp(path, backup);
  const dead = killedAt(path);
  folder.close();
  rmSync(join(dead, 'flaghoist.db'));
  expect(restore(backup, dead)).toMatchObject({ revisions: 3, replaced: join(dead, 'replaced-1') });
  expect(readdirSync(join(dead, 'replaced-1'))).toContain('flaghoist.db-wal');
});

/** What a restore does to a folder, step by step. */
const steps: readonly string[][] = [[], ['-wal'], ['-wal', '-shm'], ['-wal', '-shm', '']];

it.each(steps)('is ended by who comes next where a restore was killed after it moved (%s %s %s)', async (...moved) => {
  const { path, folder, add } = await running(3);
  const backup = join(newPath(), 'monday');
  backUp(path, backup);
  await add(4);
  const [dead, again] = [killedAt(path), killedAt(path)];
  folder.close();
  for (const each of [dead, again]) {
    renameSync(copyOf(backup), join(each, 'restored-1.db'));
    mkdirSync(join(each, 'replaced-1'));
    for (const end of moved)
      renameSync(join(each, `flaghoist.db${end}`), join(each, 'replaced-1', `flaghoist.db${end}`));
  }
  expect(() => checkFolder(dead)).toThrow(expect.objectContaining({ code: 'FH_DATA_DAMAGED' }));
  expect(() => backUp(dead, join(newPath(), 'no'))).toThrow(expect.objectContaining({ code: 'FH_DATA_DAMAGED' }));
  const world = openFolder(dead);
  expect(world.tableOf('flags').get('FLAG#beta', 'CURRENT')).toMatchObject({
    envelopeDigest: sealed(3).envelopeDigest,
  });
  world.folder.close();
  expect(restore(backup, again)).toMatchObject({ revisions: 3, replaced: join(again, 'replaced-2') });
  for (const each of [dead, again])
    expect(checkFile(join(each, 'replaced-1', 'flaghoist.db'))).toMatchObject({ revisions: 4, problems: [] });
});

it.each([
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'it is read-only'],
])('says of a disk that answers %s that %s', (code, found) => {
  const error = Object.assign(new Error(`${code}: copyfile`), { code });
  expect(dataErrorOf('/folder', error)).toMatchObject({
    code: 'FH_DATA_NOT_WRITABLE',
    message: expect.stringContaining(found),
  });
});

it('restores nothing into a folder that a world has', async () => {
  const { path, folder } = await running(1);
  const backup = join(newPath(), 'monday');
  backUp(path, backup);
  expect(() => restore(backup, path)).toThrow(expect.objectContaining({ code: 'FH_DATA_IN_USE' }));
  folder.close();
});

it('restores no damaged backup, and leaves the folder as it was', async () => {
  const { path, folder } = await running(3);
  const backup = join(newPath(), 'monday');
  backUp(path, backup);
  folder.close();
  const bytes = readFileSync(backup);
  bytes.fill(0xff, bytes.length - 6_000);
  writeFileSync(backup, bytes);
  expect(checkFile(backup).problems).not.toEqual([]);
  expect(() => restore(backup, path)).toThrow(expect.objectContaining({ code: 'FH_DATA_DAMAGED' }));
  expect(checkFolder(path)).toMatchObject({ revisions: 3, problems: [] });
});

it('says of a file that is no backup that it is none, and of a damaged one that another is needed', async () => {
  const { path, folder } = await running(3);
  const backup = join(newPath(), 'monday');
  backUp(path, backup);
  folder.close();
  const other = join(path, 'notes.txt');
  writeFileSync(other, 'Dear Ada, this is no database. '.repeat(40));
  for (const use of [() => checkFile(other), () => restore(other, newPath())])
    expect(use).toThrow(expect.objectContaining({ code: 'FH_NO_DATA', message: expect.stringContaining('no backup') }));
  expect(() => checkFile(path)).toThrow(`${path} is a folder`);
  const bytes = readFileSync(backup);
  bytes.fill(0xff, bytes.length - 6_000);
  writeFileSync(backup, bytes);
  expect(() => restore(backup, path)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^the backup .* is damaged: /),
      hint: expect.stringContaining(`hoist data check ${backup}`),
    }),
  );
});

it('never writes a backup over something', async () => {
  const { path, folder } = await running(1);
  const target = join(newPath(), 'taken');
  writeFileSync(target, 'mine');
  expect(() => backUp(path, target)).toThrow(expect.objectContaining({ code: 'FH_TARGET_EXISTS' }));
  expect(readFileSync(target, 'utf8')).toBe('mine');
  folder.close();
});

it('makes no backup of damaged data', async () => {
  const { path, folder } = await running(30);
  folder.close();
  const file = join(path, 'flaghoist.db');
  const bytes = readFileSync(file);
  bytes.fill(0xff, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 4_096);
  writeFileSync(file, bytes);
  const target = join(newPath(), 'monday');
  expect(() => backUp(path, target)).toThrow(expect.objectContaining({ code: 'FH_DATA_DAMAGED' }));
  expect(existsSync(target)).toBe(false);
});

it('names a CURRENT that is none of its revisions', async () => {
  const { path, folder, flags, scheduler } = await running(1);
  const foreign = { pk: 'FLAG#beta', sk: 'CURRENT', envelopeDigest: 'foreign' };
  await scheduler.run(Promise.resolve(flags.commit({ put: foreign })));
  folder.close();
  expect(checkFolder(path).problems).toEqual(['FLAG#beta in eu-west-1: its CURRENT is none of its revisions']);
});

it.each([
  [
    'a letter of an envelope',
    "UPDATE items SET item = replace(item, 'xxxx', 'xyxx') WHERE sk = 'REVISION#2'",
    'FLAG#beta REVISION#2 in eu-west-1',
  ],
  ['a token', "INSERT INTO notes VALUES ('tokens', 'a1', '{bro')", 'tokens a1'],
  ['a record of a stream', "UPDATE records SET new = '{bro' WHERE sk = 'CURRENT'", 'stream record FLAG#beta CURRENT'],
])('names %s that is not what was written, and makes no backup of it', async (_what, sql, place) => {
  const { path, folder } = await running(3);
  const dead = killedAt(path);
  folder.close();
  const file = openFile(join(dead, 'flaghoist.db'));
  file.exec(sql);
  file.close();
  expect(checkFolder(dead).problems).toContain(`${place} is not what was written`);
  expect(() => backUp(dead, join(newPath(), 'monday'))).toThrow(
    expect.objectContaining({
      code: 'FH_DATA_DAMAGED',
      message: expect.stringContaining(`the data folder ${dead} is damaged`),
      hint: expect.stringContaining(`hoist data check --data ${dead}\``),
    }),
  );
});

it('names a folder without data', () => {
  expect(() => checkFolder(newPath())).toThrow(expect.objectContaining({ code: 'FH_NO_DATA' }));
});
