import * as z from 'zod/mini';
import { audienceSchema } from './audience.ts';
import { changeKinds } from './change.ts';
import { orderSchema } from './order.ts';
import { parseJson } from './parse.ts';
import type { ExpectRow } from './ports/verification-store.ts';

const expectRowSchema = z.object({
  changeId: z.string(),
  flagKey: z.string(),
  order: orderSchema,
  kind: z.enum(changeKinds),
  envelopeDigest: z.string(),
  documentDigest: z.string(),
  audience: audienceSchema,
  departed: z.array(z.string()),
  topologyVersion: z.int(),
  expectedAt: z.int(),
  answer: z.enum(['open', 'consistent', 'unknown', 'inconsistent']),
  refusal: z.nullable(z.string()),
});

/** Reads a row of `verification` as the stores keep it: one JSON text. @throws InvalidInputError */
export const parseExpectRow = (text: string): ExpectRow =>
  parseJson(expectRowSchema, text, {
    what: 'expectation row',
    hint: 'Rows of `verification` are written by the stores of this product only.',
  });
