import { digestOf } from './canonical-json.ts';
import type { CachedFlag } from './ports/service-cache.ts';

/**
 * The digest that an envelope's stored bytes really have, whatever they claim; `undefined` for bytes that are no sealed
 * object, or claim another digest than they have. Callers that read many caches remember it per distinct body.
 */
export const recomputedDigest = (body: string): string | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !('envelopeDigest' in parsed)) return undefined;
  const { envelopeDigest, ...content } = parsed;
  const computed = digestOf(content);
  return computed === envelopeDigest ? computed : undefined;
};

/**
 * Whether the stored field is what `held` names: it hashes to that digest, and a tombstone has no field.
 *
 * @param digestOfBody `recomputedDigest`, or a memo of it
 */
export const isIntact = (
  { held, stored }: CachedFlag,
  digestOfBody: (body: string) => string | undefined = recomputedDigest,
): boolean => {
  if (held === null || held.tombstone) return stored === null;
  return stored !== null && digestOfBody(stored) === held.digest;
};
