import { FlaghoistError } from '@flaghoist/core/errors';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { LogFields, Logger } from '@flaghoist/core/ports/logger';

const MAX_TEXT = 2_048;
const MAX_ENTRIES = 50;
const MAX_DEPTH = 4;

interface Options {
  readonly clock: Clock;
  /** In every line: the function, the region. */
  readonly fields?: LogFields;
  /** Takes a line with its line feed; left out: standard output. */
  readonly write?: (line: string) => void;
}

type Level = 'INFO' | 'WARN' | 'ERROR';

/** One JSON object per line. JSON escapes line feeds, so no field can forge a line; long fields are cut, and say so. */
export class JsonLogger implements Logger {
  readonly #clock: Clock;
  readonly #fields: LogFields;
  readonly #write: (line: string) => void;

  constructor({ clock, fields = {}, write = (line) => process.stdout.write(line) }: Options) {
    this.#clock = clock;
    this.#fields = fields;
    this.#write = write;
  }

  info(message: string, fields?: LogFields): void {
    this.#line('INFO', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#line('WARN', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#line('ERROR', message, fields);
  }

  #line(level: Level, message: string, fields: LogFields | undefined): void {
    // The frame comes last: no field may pass itself off as the level, or as the region in which the function runs.
    const all = bounded({ ...fields, ...this.#fields }, 0);
    const line = { ...(all as LogFields), level, message: bounded(message, 0), at: this.#clock.now() };
    this.#write(`${JSON.stringify(line)}\n`);
  }
}

/** A copy that JSON can write and a log can hold. A log line must never be the reason why a handler fails. */
const bounded = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') {
    return value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT)}… (${value.length} characters)`;
  }
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString();
  if (typeof value === 'function') return '(function)';
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '…';
  if (value instanceof Error) return bounded(partsOf(value), depth);
  if (value instanceof Set || value instanceof Map) return boundedList([...value], depth);
  return Array.isArray(value) ? boundedList(value, depth) : boundedObject(value, depth);
};

const boundedList = (list: readonly unknown[], depth: number): unknown[] => {
  const kept = list.slice(0, MAX_ENTRIES).map((entry) => bounded(entry, depth + 1));
  return list.length > MAX_ENTRIES ? [...kept, `… (${list.length} entries)`] : kept;
};

const boundedObject = (object: object, depth: number): Record<string, unknown> => {
  const keys = Object.keys(object);
  // No prototype: a field named __proto__ is a field.
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of keys.slice(0, MAX_ENTRIES)) copy[key] = bounded(readField(object, key), depth + 1);
  if (keys.length > MAX_ENTRIES) copy['…'] = `(${keys.length} fields)`;
  return copy;
};

const readField = (object: object, key: string): unknown => {
  try {
    return Reflect.get(object, key);
  } catch {
    return '(unreadable)';
  }
};

/** Codes of the system and of TLS, certificates included: not those of Node's own for wrong use, such as ERR_INVALID_ARG_TYPE. */
const NETWORK_CODE = /^E(?!RR_)[A-Z0-9_]+$|^ERR_(?:SSL|TLS)_|CERT|CRL|^UNABLE_TO_|^HOSTNAME_MISMATCH$/;
const NETWORK_NAMES = ['ReplyError', 'MaxRetriesPerRequestError'];
const NETWORK_WORDS = ['Command timed out', 'Connection is closed.'];

/** Whether the machine, the network or the server at its other end failed, and no line of ours. */
const isOfTheNetwork = ({ name, message }: Error, code: unknown): boolean =>
  NETWORK_NAMES.includes(name) ||
  NETWORK_WORDS.includes(message) ||
  (typeof code === 'string' && NETWORK_CODE.test(code));

/** What of an error a reader needs. The stack is for errors that nobody foresaw. */
const partsOf = (error: Error): Record<string, unknown> => {
  const { name, message, cause } = error;
  const because = cause === undefined ? {} : { cause };
  if (error instanceof FlaghoistError) {
    return { name, code: error.code, message, hint: error.hint, retryable: error.retryable, ...because };
  }
  const code: unknown = Reflect.get(error, 'code');
  const stack = isOfTheNetwork(error, code) ? {} : { stack: error.stack };
  return { name, ...(code === undefined ? {} : { code }), message, ...stack, ...because };
};
