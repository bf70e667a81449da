import * as z from 'zod/mini';
import { digestOf } from './canonical-json.ts';
import { sameOrder } from './order.ts';
import { parseJson } from './parse.ts';
import type { StoredRevision } from './ports/flag-store.ts';
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

const placeSchema = z.object({ flagKey: z.string(), epoch: z.number(), revision: z.number() });

/** A stored revision at the order that its bytes have; `undefined` for bytes that are not what was sealed, or are another flag's. */
export const sealedOf = (stored: StoredRevision): StoredRevision | undefined => {
  if (recomputedDigest(stored.body) !== stored.envelopeDigest) return undefined;
  const { success, data } = placeSchema.safeParse(JSON.parse(stored.body));
  if (!success || data.flagKey !== stored.flagKey) return undefined;
  return { ...stored, order: { epoch: data.epoch, revision: data.revision } };
};

/** Whether a stored revision is what was sealed, of its flag and at its order: bytes of another one are none. */
export const isGenuine = (stored: StoredRevision): boolean => {
  const sealed = sealedOf(stored);
  return sealed !== undefined && sameOrder(sealed.order, stored.order);
};

const acceptedSchema = z.object({ at: z.object({ accepted: z.number() }) });

/** When an envelope's stored bytes were accepted, epoch milliseconds; 0 for bytes that do not say. */
export const acceptedAtOf = (body: string): number => {
  try {
    return parseJson(acceptedSchema, body, { what: 'cache field', hint: '' }).at.accepted;
  } catch {
    return 0;
  }
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
