import { join } from 'node:path';
import { openFile } from '../lib/sqlite.ts';
import { newPath, openFolder, removePaths } from './support/folder.ts';

afterAll(removePaths);

it('keeps notes by kind and id until they are deleted, also when the folder is opened again', () => {
  const { path, folder } = openFolder();
  const notes = folder.notes('tokens');
  notes.put('b', 'two');
  notes.put('a', 'one');
  notes.put('b', 'second');
  notes.put('c', 'three');
  notes.delete('c');
  folder.notes('others').put('a', 'other');
  expect(notes.all()).toEqual(['one', 'second']);
  folder.close();
  const again = openFolder(path).folder;
  expect(again.notes('tokens').all()).toEqual(['one', 'second']);
  again.close();
});

it('brings a folder of the first version to this one', () => {
  const path = newPath();
  openFolder(path).folder.close();
  const file = openFile(join(path, 'flaghoist.db'));
  file.exec(`
    DROP TABLE notes;
    DROP INDEX documents_by_type;
    DROP INDEX documents_by_flag;
    DROP INDEX documents_by_change;
    CREATE INDEX documents_by_flag ON documents (region, flag_key, at) WHERE flag_key IS NOT NULL;
    CREATE INDEX documents_by_change ON documents (region, change_id, at) WHERE change_id IS NOT NULL;
    PRAGMA user_version = 1;
  `);
  file.close();
  const { folder } = openFolder(path);
  folder.notes('tokens').put('a', 'one');
  expect(folder.notes('tokens').all()).toEqual(['one']);
  folder.close();
});
