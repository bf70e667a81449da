import type { Held } from '../compare-and-set.ts';
import { rememberByText } from '../remember.ts';

/** Epoch, revision, digest, document digest, and 1 for a tombstone: what each may look like, as Lua writes it. */
const FIELDS = ['%d+', '%d+', '%S+', '%S+', '[01]'];

/** The form of a held text as a Lua pattern, one capture a field: what the script compares, without JSON. */
export const HELD_FORM_IN_LUA = `^${FIELDS.map((field) => `(${field})`).join(' ')}$`;

const HELD_FORM = new RegExp(HELD_FORM_IN_LUA.replaceAll('%', '\\'));

/** `held` as a cache stores it. */
export const encodeHeld = ({ order, digest, documentDigest, tombstone }: Held): string =>
  `${order.epoch} ${order.revision} ${digest} ${documentDigest} ${tombstone ? 1 : 0}`;

/** `null` for text that is not of this form: it counts as absent, and the next write heals it. */
const decode = (text: string): Held | null => {
  const [, epoch, revision, digest, documentDigest, tombstone] = HELD_FORM.exec(text) ?? [];
  if (digest === undefined || documentDigest === undefined) return null;
  return {
    order: { epoch: Number(epoch), revision: Number(revision) },
    digest,
    documentDigest,
    tombstone: tombstone === '1',
  };
};

/** Most caches hold the same entry of a flag, and share its text: it is read once. */
export const decodeHeld: (text: string) => Held | null = rememberByText(decode, { maxTexts: 4_000 });
