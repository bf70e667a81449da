import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { PlansLockedError, WavesRefusedError } from './errors.ts';
import { parseRecord, RECORD_FILE, type WavesRecord } from './record.ts';

const LOCK = 'apply.lock';
const mode = 0o600;

/** Takes earlier plans away: they hold what resources hold. */
export const forgetPlans = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    if (name === RECORD_FILE || name.endsWith('.tfplan')) rmSync(join(folder, name), { force: true });
  }
};

export const writeRecord = (folder: string, record: WavesRecord): void => {
  const draft = join(folder, `${RECORD_FILE}.draft`);
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode });
  renameSync(draft, join(folder, RECORD_FILE));
};

/** @throws {WavesRefusedError} when nothing was planned; InvalidInputError */
export const readRecord = (folder: string): WavesRecord => {
  let text: string;
  try {
    text = readFileSync(join(folder, RECORD_FILE), 'utf8');
  } catch {
    throw new WavesRefusedError(
      [`there are no plans in ${folder}`],
      'Run hoist waves plan first, and look at what it shows.',
    );
  }
  return parseRecord(text);
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const holderOf = (file: string): number | undefined => {
  const pid = Number(readFileSync(file, 'utf8'));
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined;
};

/**
 * Does something with a folder of plans that nobody else may do meanwhile. It is made when it is not there, and only its owner may
 * read it. States have locks of their own.
 *
 * @throws {PlansLockedError}
 */
export const alone = async <T>(folder: string, job: () => Promise<T>): Promise<T> => {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const file = join(folder, LOCK);
  const take = (): number | undefined => {
    try {
      return openSync(file, 'wx', mode);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(file);
      if (holder !== undefined) throw new PlansLockedError(folder, `process ${holder}`);
      rmSync(file, { force: true });
      return undefined;
    }
  };
  const lock = take() ?? take();
  if (lock === undefined) throw new PlansLockedError(folder, 'another process');
  writeSync(lock, String(process.pid));
  closeSync(lock);
  try {
    return await job();
  } finally {
    rmSync(file, { force: true });
  }
};
