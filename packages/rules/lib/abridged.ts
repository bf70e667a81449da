import { visibleInLines } from '@flaghoist/core/visible-text';

const MAX_TEXT = 120;
const SHOWN_TEXT = 24;
const MAX_ENTRIES = 16;
const SHOWN_ENTRIES = 3;
const MAX_DEPTH = 14;

/**
 * A value as a reader wants to see it: long texts, long lists and deep nests are cut, and say so. What JSON has no form
 * for is said in words: strict parsers refuse a file with half a surrogate pair in it, also as an escape.
 */
export const abridged = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return cutText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : 'a number that is too large, such as 1e999';
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '… and so on';
  if (Array.isArray(value)) {
    const shown = value.length > MAX_ENTRIES ? value.slice(0, SHOWN_ENTRIES) : value;
    const items = shown.map((item) => abridged(item, depth + 1));
    return shown === value || shown.length === value.length ? items : [...items, `… ${value.length} in all`];
  }
  const entries = Object.entries(value);
  const shown = entries.length > MAX_ENTRIES ? entries.slice(0, SHOWN_ENTRIES) : entries;
  const members = shown.map(([name, member]) => [cutText(name), abridged(member, depth + 1)]);
  // `fromEntries` defines members, so that a name such as `__proto__` stays one.
  return Object.fromEntries(
    shown.length === entries.length ? members : [...members, ['…', `${entries.length} in all`]],
  );
};

const cutText = (text: string): string =>
  text.length > MAX_TEXT
    ? `${text.slice(0, SHOWN_TEXT).toWellFormed()}… (${text.length} characters)`
    : text.replace(/\p{Surrogate}/gu, namedHalf);

const namedHalf = (half: string): string =>
  `(half of a surrogate pair, U+${half.charCodeAt(0).toString(16).toUpperCase()})`;

/** JSON on one line, in which everything that cannot be seen is escaped, so that an example deceives nobody. */
const visibleJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(visibleJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${visibleJson(name)}: ${visibleJson(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return visibleInLines(JSON.stringify(value));
};

const LINE = 120;

/** The same, with what does not fit into a line on lines of its own. */
export const visibleLines = (value: unknown, indent = ''): string => {
  const line = visibleJson(value);
  if (indent.length + line.length <= LINE || typeof value !== 'object' || value === null) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map((item) => visibleLines(item, inner))
    : Object.entries(value).map(([name, member]) => `${visibleJson(name)}: ${visibleLines(member, inner)}`);
  return `${open}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close}`;
};
