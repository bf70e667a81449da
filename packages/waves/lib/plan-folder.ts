import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import { DataDamagedError, DataInUseError } from '@flaghoist/sqlite-store/errors';
import { LOCK_FILE, lock } from '@flaghoist/sqlite-store/lock';
import { PlansLockedError, WavesRefusedError } from './errors.ts';
import { parseRecord, RECORD_FILE, type WavesRecord } from './record.ts';

/** Who works there, by the name that the lock had before it was the operating system's: earlier versions keep out of each other's way by it. */
const HOLDER = 'apply.lock';
/** What Terraform keeps beside them. */
const DATA = 'data';
const mode = 0o600;

const draftOf = (name: string): string => `${name}.draft`;

/** Whether what lies in a folder is of plans, by its name. */
export const isOfPlans = (name: string): boolean =>
  [RECORD_FILE, draftOf(RECORD_FILE), DATA, HOLDER, LOCK_FILE].includes(name) || name.endsWith('.tfplan');

/** Takes earlier plans away: they hold what resources hold. */
export const forgetPlans = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    if (name === RECORD_FILE || name.endsWith('.tfplan')) rmSync(join(folder, name), { force: true });
  }
};

export const writeRecord = (folder: string, record: WavesRecord): void => {
  const draft = join(folder, draftOf(RECORD_FILE));
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

/** @returns what gives the folder back */
const take = (folder: string): (() => void) => {
  try {
    return lock(folder);
  } catch (error) {
    if (error instanceof DataInUseError) throw new PlansLockedError(folder, holderOf(folder));
    if (!(error instanceof DataDamagedError)) throw error;
    const hint = 'It holds nothing: take it out of that folder when nobody works there.';
    throw new InvalidInputError(join(folder, LOCK_FILE), ['it is no lock of this folder'], hint);
  }
};

/** For people: the lock is the operating system's. */
const holderOf = (folder: string): string => {
  try {
    const pid = readFileSync(join(folder, HOLDER), 'utf8');
    if (pid !== '') return `process ${pid}`;
  } catch {
    // Not written yet, or it has just ended.
  }
  return 'another process';
};

/**
 * Does something with a folder of plans that nobody else may do meanwhile. It is made when it is not there, and only its owner may
 * read it. States have locks of their own.
 *
 * @throws {PlansLockedError}
 * @throws {InvalidInputError} when another file has the name of the lock
 */
export const alone = async <T>(folder: string, job: () => Promise<T>): Promise<T> => {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const giveBack = take(folder);
  chmodSync(join(folder, LOCK_FILE), mode);
  const file = join(folder, HOLDER);
  writeFileSync(file, String(process.pid), { mode });
  try {
    return await job();
  } finally {
    rmSync(file, { force: true });
    giveBack();
  }
};
