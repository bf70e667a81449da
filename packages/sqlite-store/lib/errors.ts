import { FlaghoistError } from '@flaghoist/core/errors';

const CHECK = 'hoist data check';

/** Another process has the folder. */
export class DataInUseError extends FlaghoistError {
  readonly code = 'FH_DATA_IN_USE';

  constructor(folder: string) {
    super(`the data folder ${folder} is in use by another process`, {
      hint: 'One folder serves one world: end the other `hoist up`, or name another folder with --data.',
      retryable: false,
    });
  }
}

/** The disk takes nothing. What was there stays readable. */
export class DataNotWritableError extends FlaghoistError {
  readonly code = 'FH_DATA_NOT_WRITABLE';

  constructor(folder: string, found: string, cause?: unknown) {
    super(`nothing can be written into the data folder ${folder}: ${found}`, {
      hint: 'What could not be written was not accepted. Make room, or make the folder writable; then try again.',
      retryable: true,
      cause,
    });
  }
}

/** The files are not what this program wrote. */
export class DataDamagedError extends FlaghoistError {
  readonly code = 'FH_DATA_DAMAGED';
  readonly found: string;

  constructor(place: string, found: string, cause?: unknown, kind: 'data folder' | 'backup' = 'data folder') {
    super(`the ${kind} ${place} is damaged: ${found}`, {
      hint:
        kind === 'backup'
          ? `Use another backup; \`${CHECK} ${place}\` says what can be read of this one.`
          : `\`${CHECK} --data ${place}\` says what can be read; \`hoist data restore <backup> --data ${place}\` puts a backup in its place.`,
      retryable: false,
      cause,
    });
    this.found = found;
  }
}

/** The key of the folder cannot be used. */
export class DataKeyError extends FlaghoistError {
  readonly code = 'FH_DATA_KEY';

  constructor(file: string, found: string, hint: string, cause?: unknown) {
    super(`the key ${file} cannot be used: ${found}`, { hint, retryable: false, cause });
  }
}

/** A newer release has written the folder. */
export class DataNewerError extends FlaghoistError {
  readonly code = 'FH_DATA_NEWER';

  constructor(folder: string, found: number, known: number) {
    super(`the data folder ${folder} has schema version ${found}, and this release knows versions up to ${known}`, {
      hint: 'Start the release that wrote it, or restore a backup from before it was upgraded.',
      retryable: false,
    });
  }
}

/** There is no folder, or it is not one of ours. */
export class NoDataError extends FlaghoistError {
  readonly code = 'FH_NO_DATA';

  constructor(place: string, found: string) {
    super(`${place} ${found}`, {
      hint: 'Name the folder that `hoist up` printed when it started, or a backup that `hoist data backup` wrote.',
      retryable: false,
    });
  }
}

/** A backup never overwrites anything. */
export class TargetExistsError extends FlaghoistError {
  readonly code = 'FH_TARGET_EXISTS';

  constructor(target: string) {
    super(`${target} is there already`, { hint: 'Name a file that is not there yet.', retryable: false });
  }
}

/** What SQLite calls its errors: the low byte of `errcode`. */
const sqlite = { busy: 5, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const;

/** What is found damaged behind SQLite's back, as SQLite would tell it. */
export const damage = (found: string, cause: unknown): Error =>
  Object.assign(new Error(found, { cause }), { errcode: sqlite.corrupt });

const codeOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;

export const isBusy = (error: unknown): boolean => codeOf(error) === sqlite.busy;

/** What files answer that take nothing. */
const fileErrors: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'it is read-only',
  EACCES: 'it is not ours to write',
  EPERM: 'it is not ours to write',
  EIO: 'the disk answers with an error',
};

const fileErrorOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error ? fileErrors[String(error.code)] : undefined;

/** What an error of SQLite or of a file means for who uses the folder; other errors are given back as they are. */
export const dataErrorOf = (folder: string, error: unknown): unknown => {
  const found = fileErrorOf(error);
  if (found !== undefined) return new DataNotWritableError(folder, found, error);
  switch (codeOf(error)) {
    case sqlite.full:
      return new DataNotWritableError(folder, 'the disk is full', error);
    case sqlite.readOnly:
      return new DataNotWritableError(folder, 'it is read-only', error);
    case sqlite.ioError:
      return new DataNotWritableError(folder, `the disk answers with an error (${messageOf(error)})`, error);
    case sqlite.cannotOpen:
      return new DataNotWritableError(folder, 'its file cannot be opened', error);
    case sqlite.corrupt:
    case sqlite.notADatabase:
      return new DataDamagedError(folder, messageOf(error), error);
    default:
      return error;
  }
};

/** The same of a file that somebody named as a backup: it may be anything. */
export const backupErrorOf = (file: string, error: unknown): unknown => {
  const told = dataErrorOf(file, error);
  if (!(told instanceof DataDamagedError)) return told;
  return codeOf(told.cause) === sqlite.notADatabase || told.cause === undefined
    ? new NoDataError(file, `is no backup: ${told.found}`)
    : new DataDamagedError(file, told.found, told.cause, 'backup');
};

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
