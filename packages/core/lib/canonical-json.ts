import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** RFC 8785 canonical JSON: the same data gives the same bytes on every machine. Takes JSON data only. */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson takes JSON data, not undefined or a function');
  return text;
};

/** Lower-case hexadecimal SHA-256 over the canonical JSON of a value. */
export const digestOf = (value: unknown): string => hash('sha256', canonicalJson(value));
