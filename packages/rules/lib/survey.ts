import { pointerTo } from './pointer.ts';

/** How deep an envelope may nest, and how many values it may hold, to be looked at any further. */
export const MAX_DEPTH = 64;
export const MAX_VALUES = 150_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** Places reported of each kind: the author repairs these and sees the rest next time. */
const MAX_ODDITIES = 20;

export type Oddity = 'polluting-key' | 'control-character' | 'lone-surrogate' | 'number-not-finite';

/** What one walk over a JSON value saw. */
export interface Survey {
  /** Where the walk gave up, because of too much depth or too many values. */
  readonly gaveUpAt: string | null;
  /** No fewer bytes than the value's canonical JSON in UTF-8 has. */
  readonly bytesAtMost: number;
  /** JSON Pointers. */
  readonly oddities: Readonly<Record<Oddity, readonly string[]>>;
}

/** Assigning to one of these names reaches an object's prototype in code that copies or merges without care. */
const isPolluting = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype';

const CONTROL = 1;
const SURROGATE = 2;

/**
 * Which unusual code units a text has: control characters (C0, C1 and DEL, but not tab, line feed and carriage return, which
 * text may have) and surrogates. One loop, because all text of an envelope passes through here at every hop.
 */
const unusual = (text: string): number => {
  let found = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 0x20 && code < 0x7f) continue;
    if (code < 0x20 ? code !== 0x09 && code !== 0x0a && code !== 0x0d : code <= 0x9f) found |= CONTROL;
    else if (code >= 0xd800 && code <= 0xdfff) found |= SURROGATE;
  }
  return found;
};

/** Walks a JSON value once. Work is bounded for any value, cyclic ones too. */
export const surveyOf = (root: unknown): Survey => {
  const path: (string | number)[] = [];
  const oddities: Record<Oddity, string[]> = {
    'polluting-key': [],
    'control-character': [],
    'lone-surrogate': [],
    'number-not-finite': [],
  };
  let values = 0;
  let bytes = 0;
  let gaveUpAt: string | null = null;

  const note = (oddity: Oddity): void => {
    const found = oddities[oddity];
    if (found.length < MAX_ODDITIES) found.push(pointerTo(...path));
  };

  const text = (value: string): void => {
    // Most of UTF-16's units take at most 3 bytes in UTF-8; an escaped control character takes 6.
    bytes += 3 * value.length + 4;
    if (bytes > MAX_BYTES) return;
    const found = unusual(value);
    if (found === 0) return;
    if ((found & CONTROL) !== 0) {
      bytes += 3 * value.length;
      note('control-character');
    }
    if ((found & SURROGATE) !== 0 && !value.isWellFormed()) note('lone-surrogate');
  };

  const visit = (value: unknown): void => {
    values += 1;
    bytes += 4;
    if (values > MAX_VALUES || path.length > MAX_DEPTH || bytes > MAX_BYTES) {
      gaveUpAt ??= pointerTo(...path);
      return;
    }
    if (typeof value === 'string') {
      text(value);
      return;
    }
    bytes += 24;
    if (typeof value === 'number' && !Number.isFinite(value)) note('number-not-finite');
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) items(value);
    else members(value);
  };

  const items = (array: readonly unknown[]): void => {
    const depth = path.length;
    for (let index = 0; index < array.length && gaveUpAt === null; index += 1) {
      path[depth] = index;
      visit(array[index]);
    }
    path.length = depth;
  };

  const members = (object: object): void => {
    const depth = path.length;
    for (const [key, member] of Object.entries(object)) {
      if (gaveUpAt !== null) break;
      path[depth] = key;
      text(key);
      if (isPolluting(key)) note('polluting-key');
      visit(member);
    }
    path.length = depth;
  };

  visit(root);
  return { gaveUpAt, bytesAtMost: bytes, oddities };
};
