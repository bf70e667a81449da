import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { Table } from '@flaghoist/in-memory/table';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { DataFolder } from '../../lib/folder.ts';

const made: string[] = [];

export const newPath = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'flaghoist-data-'));
  made.push(path);
  return path;
};

export const removePaths = (): void => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
};

export const home = 'eu-west-1';

/** A folder under virtual time, with one table in it. */
export const openFolder = (path = newPath(), scheduler = new VirtualScheduler({ startAt: 1_000_000 })) => {
  const log = new RecordingLogger();
  const folder = new DataFolder(path, { scheduler, log });
  const tableOf = (name: string, region = home): Table =>
    new Table({
      name,
      region,
      clock: scheduler,
      storage: folder.table({ region, table: name }, { keepsRecords: true }),
    });
  return { path, folder, scheduler, log, tableOf };
};

/** What a killed process leaves: the files as they are at this moment. */
export const killedAt = (path: string): string => {
  const copy = newPath();
  cpSync(path, copy, { recursive: true });
  return copy;
};
