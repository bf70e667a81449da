import { orderSchema } from '@flaghoist/core/order';
import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const offerInputSchema = z.object({
  ripe: z.array(z.object({ key: z.object({ changeId: z.string(), flagKey: z.string(), order: orderSchema }) })),
  topologyVersion: z.int(),
});

export type OfferInput = z.output<typeof offerInputSchema>;

/** @throws InvalidInputError */
export const parseOfferInput = (input: unknown): OfferInput =>
  parse(offerInputSchema, input, {
    what: 'offer input',
    hint: 'The workflow verify-window.asl.json says what each state gets.',
  });
