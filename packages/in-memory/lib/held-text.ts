import type { Held } from '@flaghoist/core/compare-and-set';
import { rememberByText } from '@flaghoist/core/remember';

const SEPARATOR = ' ';

/** `held` as a cache stores it: one short string, so that a compare-and-set costs no JSON. */
export const encodeHeld = ({ order, digest, documentDigest, tombstone }: Held): string =>
  [order.epoch, order.revision, digest, documentDigest, tombstone ? 1 : 0].join(SEPARATOR);

const decode = (text: string): Held => {
  const [epoch, revision, digest, documentDigest, tombstone] = text.split(SEPARATOR);
  if (tombstone === undefined || digest === undefined || documentDigest === undefined) {
    throw new TypeError(`not a held entry: ${text}`);
  }
  return {
    order: { epoch: Number(epoch), revision: Number(revision) },
    digest,
    documentDigest,
    tombstone: tombstone === '1',
  };
};

/**
 * Most caches hold the same entry of a flag, and share its text: it is read once.
 *
 * @throws TypeError for text that `encodeHeld` did not write
 */
export const decodeHeld: (text: string) => Held = rememberByText(decode, { maxTexts: 4_000 });
