import { pointerTo } from './pointer.ts';

/** How deep an envelope may nest, and how many values it may hold, to be looked at any further. */
export const MAX_DEPTH = 64;
export const MAX_VALUES = 150_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** With its comma. */
const MAX_NUMBER_BYTES = 28;
/** `false`, `null`, or the brackets of a list or an object, with a comma. */
const MAX_FRAME_BYTES = 6;
/** Places reported of each kind: the author repairs these and sees the rest next time. */
const MAX_ODDITIES = 20;

export type Oddity =
  | 'polluting-key'
  | 'control-character'
  | 'lone-surrogate'
  | 'number-not-finite'
  | 'turning-character'
  | 'invisible-character'
  | 'noncharacter'
  | 'inexact-integer'
  | 'vast-number'
  | 'tiny-number'
  | 'replaced-character'
  | 'not-composed'
  | 'long-name'
  | 'nameless';

/** Below it a double loses digits until nothing is left: the smallest normal one (IEEE 754). */
const SMALLEST = 2 ** -1022;

/** Logs, metrics and exports cut or refuse names that are longer. */
export const MAX_NAME_LENGTH = 128;

/** What one walk over a JSON value saw. */
export interface Survey {
  /** Where the walk gave up, because of too much depth or too many values. */
  readonly gaveUpAt: string | null;
  /** No fewer bytes than the value's canonical JSON in UTF-8 has, unless the walk gave up. */
  readonly bytesAtMost: number;
  /** JSON Pointers. */
  readonly oddities: Readonly<Record<Oddity, readonly string[]>>;
}

/** Assigning to one of these names reaches an object's prototype in code that copies or merges without care. */
const isPolluting = (key: string): boolean => key === '__proto__' || key === 'constructor' || key === 'prototype';

const CONTROL = 1;
const SURROGATE = 2;
const TURNING = 4;
const INVISIBLE = 8;
const NONCHARACTER = 16;
const COMPOSABLE = 32;
/** Takes more than one byte in JSON. */
const LONG = 64;
const REPLACED = 128;

/** What is unusual about a code unit up to U+009F. */
const latin = Uint8Array.from({ length: 0xa0 }, (_, code) => {
  if (code === 0x22 || code === 0x5c || code === 0x09 || code === 0x0a || code === 0x0d) return LONG;
  return code < 0x20 || code >= 0x7f ? CONTROL | LONG : 0;
});

/** What is unusual about a code unit beyond U+009F; the surrogates of the invisible tags U+E0000 to U+E007F count as such. */
const unusualBeyondLatin = (code: number): number => {
  if (code < 0xd800) {
    if (code < 0x2000) return code === 0x180e ? INVISIBLE : 0;
    if (code > 0x206f) return code === 0x3164 ? INVISIBLE : 0;
    return turningOrInvisible(code);
  }
  if (code <= 0xdfff) return code === 0xdb40 ? SURROGATE | INVISIBLE : SURROGATE;
  if (code === 0xfeff) return INVISIBLE;
  if (code === 0xfffd) return REPLACED;
  return code >= 0xfffe || (code >= 0xfdd0 && code <= 0xfdef) ? NONCHARACTER : 0;
};

/**
 * Joiners (U+200C, U+200D) are left out: Persian and emoji need them. So are the marks of direction (U+061C, U+200E, U+200F),
 * which turn nothing but the blank beside them and are not among those of CVE-2021-42574, and the soft hyphen (U+00AD).
 */
const turningOrInvisible = (code: number): number => {
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return TURNING;
  if (code === 0x200b || (code >= 0x2060 && code <= 0x2064)) return INVISIBLE;
  return 0;
};

/**
 * Which unusual code units a text has: control characters (C0, C1 and DEL, but not tab, line feed and carriage return, which
 * text may have), surrogates, and what deceives a reader. One loop, because all text of an envelope passes through here at
 * every hop.
 */
const unusual = (text: string): number => {
  let found = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0xa0) found |= latin[code] ?? 0;
    // No mark that could be composed with a letter comes before U+0300.
    else found |= LONG | unusualBeyondLatin(code) | (code >= 0x300 ? COMPOSABLE : 0);
  }
  return found;
};

/** Flags of regions are emoji too, and are written with tags; nothing else may be. */
const hides = (text: string): boolean =>
  /[\u180e\u200b\u2060-\u2064\u3164\ufeff]|(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]{0,6})[\u{e0000}-\u{e007f}]/u.test(text);

/** Walks a JSON value once. Work is bounded for any value, cyclic ones too. */
export const surveyOf = (root: unknown): Survey => {
  const walk = new Walk();
  walk.visit(root, 0);
  return walk;
};

/** A class, because fields of an object cost half of what captured variables do in a walk that runs at every hop. */
class Walk implements Survey {
  gaveUpAt: string | null = null;
  bytesAtMost = 0;
  /** What would be the most that anything could take: bounds the walk before it reads a text. */
  #work = 0;
  readonly oddities: Record<Oddity, string[]> = {
    'polluting-key': [],
    'control-character': [],
    'lone-surrogate': [],
    'number-not-finite': [],
    'turning-character': [],
    'invisible-character': [],
    noncharacter: [],
    'inexact-integer': [],
    'vast-number': [],
    'tiny-number': [],
    'replaced-character': [],
    'not-composed': [],
    'long-name': [],
    nameless: [],
  };
  #values = 0;
  /** Valid up to the depth of the value that is being visited. */
  readonly #path: (string | number)[] = [];

  visit(value: unknown, depth: number): void {
    this.#values += 1;
    this.#work += MAX_NUMBER_BYTES;
    if (this.#values > MAX_VALUES || depth > MAX_DEPTH || this.#work > MAX_BYTES) {
      this.gaveUpAt ??= this.#pointer(depth);
      return;
    }
    if (typeof value === 'string') {
      this.#text(value, depth);
      return;
    }
    this.bytesAtMost += typeof value === 'number' ? MAX_NUMBER_BYTES : MAX_FRAME_BYTES;
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) this.#note('number-not-finite', depth);
      else if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
        this.#note(Math.abs(value) < 1e21 ? 'inexact-integer' : 'vast-number', depth);
      else if (value !== 0 && Math.abs(value) < SMALLEST) this.#note('tiny-number', depth);
    } else if (Array.isArray(value)) this.#items(value, depth);
    else if (typeof value === 'object' && value !== null) this.#members(value, depth);
  }

  #items(array: readonly unknown[], depth: number): void {
    for (let index = 0; index < array.length && this.gaveUpAt === null; index += 1) {
      this.#path[depth] = index;
      this.visit(array[index], depth + 1);
    }
  }

  #members(object: object, depth: number): void {
    for (const [key, member] of Object.entries(object)) {
      if (this.gaveUpAt !== null) return;
      this.#path[depth] = key;
      this.#text(key, depth + 1);
      if (isPolluting(key)) this.#note('polluting-key', depth + 1);
      if (key.length > MAX_NAME_LENGTH) this.#note('long-name', depth + 1);
      else if (key === '') this.#note('nameless', depth + 1);
      this.visit(member, depth + 1);
    }
  }

  #text(text: string, depth: number): void {
    this.#work += 3 * text.length;
    if (this.#work > MAX_BYTES) return;
    const found = unusual(text);
    // Quotes, and a comma or a colon.
    this.bytesAtMost += text.length + 4;
    if (found === 0) return;
    // UTF-16's units take at most 3 bytes each in UTF-8; an escaped control character takes 6.
    this.bytesAtMost += ((found & CONTROL) === 0 ? 2 : 5) * text.length;
    if ((found & CONTROL) !== 0) this.#note('control-character', depth);
    if ((found & SURROGATE) !== 0 && !text.isWellFormed()) this.#note('lone-surrogate', depth);
    if ((found & COMPOSABLE) !== 0 && text.normalize('NFC') !== text) this.#note('not-composed', depth);
    if ((found & TURNING) !== 0) this.#note('turning-character', depth);
    if ((found & INVISIBLE) !== 0 && hides(text)) this.#note('invisible-character', depth);
    if ((found & NONCHARACTER) !== 0) this.#note('noncharacter', depth);
    if ((found & REPLACED) !== 0) this.#note('replaced-character', depth);
  }

  #note(oddity: Oddity, depth: number): void {
    const found = this.oddities[oddity];
    if (found.length < MAX_ODDITIES) found.push(this.#pointer(depth));
  }

  #pointer(depth: number): string {
    return pointerTo(...this.#path.slice(0, depth));
  }
}
