import { documentSchema, ENVELOPE_SCHEMA } from '@flaghoist/core/envelope';
import { orderSchema } from '@flaghoist/core/order';
import { parseJsonUntouched } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

/**
 * What is served of an envelope, and nothing else: agents are upgraded after the regions, so they meet envelopes that are one
 * schema ahead, with kinds and fields that they have never heard of.
 */
const servedSchema = z.object({
  schema: z.int().check(z.gte(1), z.lte(ENVELOPE_SCHEMA + 1)),
  flagKey: z.string(),
  ...orderSchema.shape,
  document: documentSchema,
  source: z.optional(z.unknown()),
  change: z.object({ id: z.string() }),
});

export type ServedEnvelope = z.output<typeof servedSchema>;

/** @throws InvalidInputError for what cannot be served */
export const readEnvelope = (body: string): ServedEnvelope =>
  parseJsonUntouched(servedSchema, body, {
    what: 'flag in the cache',
    hint: 'The agent goes on with the revision that it had. The reconciler mends the cache; a newer schema needs a newer agent.',
  });
