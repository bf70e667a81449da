import type { Held } from '@flaghoist/core/compare-and-set';

/**
 * `<epoch> <revision> <digest> <documentDigest> <1 for a tombstone, else 0>`: what the script compares, read by one pattern
 * and without JSON. The pattern stands here and in `cache-script.ts`.
 */
const HELD = /^(\d+) (\d+) (\S+) (\S+) ([01])$/;

export const encodeHeld = ({ order, digest, documentDigest, tombstone }: Held): string =>
  `${order.epoch} ${order.revision} ${digest} ${documentDigest} ${tombstone ? 1 : 0}`;

/** `null` for text that is not of this form: the script takes it as absent, too, and the next write heals it. */
export const decodeHeld = (text: string): Held | null => {
  const [, epoch, revision, digest, documentDigest, tombstone] = HELD.exec(text) ?? [];
  if (digest === undefined || documentDigest === undefined) return null;
  return {
    order: { epoch: Number(epoch), revision: Number(revision) },
    digest,
    documentDigest,
    tombstone: tombstone === '1',
  };
};
