import { digestOf } from '@flaghoist/core/canonical-json';
import type { Held } from '@flaghoist/core/compare-and-set';
import type { CacheWrite } from '@flaghoist/core/ports/service-cache';

interface WriteOf {
  flagKey?: string;
  epoch?: number;
  revision: number;
  /** Tells two revisions of one order apart. */
  variant?: string;
  tombstone?: boolean;
  repair?: boolean;
  passesFull?: boolean;
}

/** A cache write whose body says which revision it is, and whose digests follow from it. */
export const writeOf = ({
  flagKey = 'checkout',
  epoch = 1,
  revision,
  variant = 'a',
  tombstone = false,
  repair = false,
  passesFull = false,
}: WriteOf): CacheWrite & { incoming: Held } => {
  const document = tombstone ? null : { variant, revision };
  const content = { flagKey, epoch, revision, document };
  const digest = digestOf(content);
  return {
    flagKey,
    incoming: { order: { epoch, revision }, digest, documentDigest: digestOf(document), tombstone },
    body: tombstone ? null : JSON.stringify({ ...content, envelopeDigest: digest }),
    repair,
    passesFull,
  };
};
