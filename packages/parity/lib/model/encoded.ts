import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type Normalise, normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { fingerprint, type Tree } from '@flaghoist/plan-reading/tree';
import { type Digest, HEX_DIGEST } from './digests.ts';
import { placeholder } from './placeholder.ts';

type Encoded = Extract<Tree, { kind: 'encoded' }>;

/** What a text says, line by line, so that a difference has a place. */
const linesOf = (text: string, normalise: Normalise): Tree => {
  const whole = normaliseValue(text, {}, normalise);
  if (whole.kind !== 'scalar' || !text.includes('\n')) return whole;
  return { kind: 'list', items: text.split('\n').map((line) => normaliseValue(line, {}, normalise)) };
};

/** Shorter ones are words. */
const BASE64 = /^[A-Za-z0-9+/]{16,}={0,2}$/;

/** What no text for a machine has: control characters but for tabs and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

const textIn = (bytes: Buffer): string | undefined => {
  const text = bytes.toString('utf8');
  return CONTROL.test(text) || !Buffer.from(text).equals(bytes) ? undefined : text;
};

/** More than any machine takes to start with. */
const LONGEST = 4 * 1024 * 1024;

const unpacked = (bytes: Buffer): Buffer | undefined => {
  try {
    return gunzipSync(bytes, { maxOutputLength: LONGEST });
  } catch {
    // It only begins like one.
    return undefined;
  }
};

/** What a text in base64 says, such as the commands that a machine starts with, also where it was packed before. */
const inBase64 = (text: string): { readonly by: string; readonly said: string } | undefined => {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) return undefined;
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isPacked ? unpacked(bytes) : bytes;
  const said = plain === undefined ? undefined : textIn(plain);
  return said === undefined ? undefined : { by: isPacked ? 'base64gzip' : 'base64', said };
};

interface Encodings {
  /** A whole text that is made of another one. */
  readonly decoded: (text: string) => Encoded | undefined;
  /** A text with the digests in it replaced by what they are of. */
  readonly withoutDigests: (text: string) => string;
}

/**
 * Texts that are made of others, compared by those: base64, and digests whose text is known.
 *
 * @param normalise how those others are compared
 */
export const createEncodings = (digests: ReadonlyMap<string, Digest>, normalise: () => Normalise): Encodings => {
  const found = new Map<string, Encoded | undefined>();
  const made = (raw: string, { by, text, isSecret }: Digest): Encoded | undefined => {
    const content = linesOf(text, normalise());
    // A digest of what is no environment's own must be the same everywhere, letter by letter.
    if (fingerprint(content) === fingerprint(linesOf(text, (same) => same))) return undefined;
    return { kind: 'encoded', by, raw, content: isSecret ? { kind: 'sensitive', content } : content };
  };
  const ofDigest = (text: string): Encoded | undefined => {
    const digest = digests.get(text);
    if (digest === undefined) return undefined;
    // Nothing is a digest of itself; a text only may hold another digest.
    if (!found.has(text)) found.set(text, made(text, digest));
    return found.get(text);
  };
  return {
    decoded: (text) => {
      const digest = ofDigest(text);
      if (digest !== undefined) return digest;
      const hidden = inBase64(text);
      return hidden === undefined
        ? undefined
        : { kind: 'encoded', by: hidden.by, raw: text, content: linesOf(hidden.said, normalise()) };
    },
    withoutDigests: (text) =>
      digests.size === 0
        ? text
        : text.replace(HEX_DIGEST, (word) => {
            const digest = ofDigest(word);
            return digest === undefined
              ? word
              : placeholder(`${digest.by} of ${hash('sha256', fingerprint(digest.content)).slice(0, 12)}`);
          }),
  };
};
