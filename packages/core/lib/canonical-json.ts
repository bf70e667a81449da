import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** RFC 8785 canonical JSON: the same data gives the same bytes on every machine. Takes JSON data only. */
export const canonicalJson = (value: unknown): string => {
  const text = writeInOrder(value) ?? canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson takes JSON data, not undefined or a function');
  return text;
};

/** Lower-case hexadecimal SHA-256 over the canonical JSON of a value. */
export const digestOf = (value: unknown): string => hash('sha256', canonicalJson(value));

/**
 * What was read from canonical bytes still has its keys in their order, and then `JSON.stringify` writes the same bytes
 * again, several times as fast as `canonicalize`. Every envelope is read that way by each function that it passes.
 *
 * @returns `undefined` where the two might differ
 */
const writeInOrder = (value: unknown): string | undefined => {
  if (!isInOrder(value, 0)) return undefined;
  const text = JSON.stringify(value);
  // A lone surrogate, which JSON.stringify escapes and RFC 8785 refuses; or text that looks like one.
  return text.includes('\\ud') ? undefined : text;
};

/** Deeper data is left to `canonicalize`, which needs no stack. So are cycles. */
const MAX_DEPTH = 50;

/** Plain JSON data, the keys of every object in the order of their UTF-16 code units. */
const isInOrder = (value: unknown, depth: number): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((each) => isInOrder(each, depth + 1));
  if (!isPlain(value)) return false;
  let before = '';
  for (const key in value) {
    if (key < before || !isInOrder(value[key], depth + 1)) return false;
    before = key;
  }
  return true;
};

const isPlain = (value: object): value is Readonly<Record<string, unknown>> =>
  Object.getPrototypeOf(value) === Object.prototype;
