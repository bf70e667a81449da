import type { Envelope } from '@flaghoist/core/envelope';
import { at, type Place } from './targeting/place.ts';

/** A text that an author wrote, with the result of one look at its characters: most rules need not read it at all. */
export interface Text {
  readonly value: string;
  /** The name under which it stands; an item of a list stands under the list's. */
  readonly name: string;
  readonly place: Place;
  /** `document`: goes to the services. `record`: says why, and is read by people. */
  readonly origin: 'document' | 'record';
  /** Which of the `trait` bits it has. */
  readonly traits: number;
  /** How many digits it has. */
  readonly digits: number;
  /** The most characters of a token (letters, digits and `+`, `_`, `=`, `-`) that it has in a row. */
  readonly run: number;
}

export const trait = {
  at: 1,
  colon: 2,
  less: 4,
  brace: 8,
  parenthesis: 16,
  equals: 32,
  plus: 64,
  semicolon: 128,
  slash: 1024,
  backtick: 2048,
  /** Every text has it. */
  any: 256,
} as const;

const bits: Readonly<Record<string, number>> = {
  '@': trait.at,
  ':': trait.colon,
  '<': trait.less,
  '{': trait.brace,
  '%': trait.brace,
  '(': trait.parenthesis,
  '=': trait.equals,
  '+': trait.plus,
  ';': trait.semicolon,
  '/': trait.slash,
  '`': trait.backtick,
  '\r': trait.semicolon,
  $: trait.brace,
  '|': trait.semicolon,
};
const TOKEN = 512;
const traitOf = new Uint16Array(128);
for (const [character, bit] of Object.entries(bits)) traitOf[character.charCodeAt(0)] = bit;
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+_=-') {
  const code = character.charCodeAt(0);
  traitOf[code] = (traitOf[code] ?? 0) | TOKEN;
}

/** Nothing that a rule of this kind looks for is shorter. */
const MIN_LENGTH = 6;
/** A name this long with one of these characters may be more than a name: people key lists by address or account. */
const MIN_NAME_LENGTH = 8;
const telling = /[\d@<{(:]/;
/** A number this large may be one that names somebody: of a card, of an account. */
const MIN_NUMBER = 1e12;

/** What the texts have at most, each by itself: where that is too little for a rule, it need not look at any. */
interface Most extends Pick<Text, 'traits' | 'digits' | 'run'> {
  readonly length: number;
}

export interface Texts {
  readonly all: readonly Text[];
  readonly most: Most;
}

/**
 * All texts of the document, of what an import kept of its file, and the reason; names of members too, where they may tell
 * more than a name. Bounded by the survey's limits.
 */
export const textsOf = ({ document, source, change }: Envelope): Texts => {
  const walk = new TextWalk();
  walk.visit(document, '', at(null, 'document'), 'document');
  walk.visit(source, '', at(null, 'source'), 'document');
  walk.visit(change.reason, 'reason', at(at(null, 'change'), 'reason'), 'record');
  return walk;
};

class TextWalk implements Texts {
  readonly all: Text[] = [];
  readonly most = { traits: 0, digits: 0, run: 0, length: 0 };

  visit(value: unknown, name: string, place: Place, origin: Text['origin']): void {
    if (typeof value === 'string') {
      if (value.length >= MIN_LENGTH) this.#text(value, name, place, origin);
    } else if (typeof value === 'number') {
      if (value >= MIN_NUMBER && Number.isSafeInteger(value)) this.#text(String(value), name, place, origin);
    } else if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index += 1) this.visit(value[index], name, at(place, index), origin);
    } else if (typeof value === 'object' && value !== null) {
      for (const [member, below] of Object.entries(value)) {
        // Said of the object: the pointer to a member repeats its name, and goes into logs and the audit.
        if (member.length >= MIN_NAME_LENGTH && telling.test(member)) this.#text(member, '', place, origin);
        this.visit(below, member, at(place, member), origin);
      }
    }
  }

  #text(value: string, name: string, place: Place, origin: Text['origin']): void {
    let traits: number = trait.any;
    let digits = 0;
    let run = 0;
    let longest = 0;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      let found = TOKEN;
      if (code >= 0x30 && code <= 0x39) digits += 1;
      else found = code < 128 ? (traitOf[code] ?? 0) : 0;
      traits |= found;
      run = (found & TOKEN) === 0 ? 0 : run + 1;
      if (run > longest) longest = run;
    }
    this.all.push({ value, name, place, origin, traits, digits, run: longest });
    const { most } = this;
    most.traits |= traits;
    most.digits = Math.max(most.digits, digits);
    most.run = Math.max(most.run, longest);
    most.length = Math.max(most.length, value.length);
  }
}
