import * as z from 'zod/mini';
import { decodeBitmap, encodeBitmap } from './bitmap.ts';
import { type Order, orderSchema } from './order.ts';
import type { OfferAnswer } from './verdict.ts';

/** What one flag's newest revision was offered to, and what came of it. */
export interface FlagOffer {
  readonly flagKey: string;
  readonly order: Order;
  /** Size of the envelope. */
  readonly bytes: number;
  readonly answers: ReadonlyMap<string, OfferAnswer>;
}

/**
 * Offers as a workflow hands them on, below its 256 KiB: one bit per service and kind of answer. A flag stands for itself by
 * its place among the changes of the round.
 */
export const offersSchema = z.object({
  services: z.array(z.string()),
  flags: z.array(
    z.object({
      /** The first change of the round that is about this flag. */
      at: z.int().check(z.gte(0)),
      order: orderSchema,
      bytes: z.int(),
      answers: z.array(
        z.object({
          is: z.enum(['taken', 'incomplete', 'silent', 'refused']),
          error: z.optional(z.string()),
          services: z.string(),
        }),
      ),
    }),
  ),
});
export type EncodedOffers = z.output<typeof offersSchema>;

export const NO_OFFERS: EncodedOffers = { services: [], flags: [] };

const textOf = (answer: OfferAnswer): string => (typeof answer === 'object' ? `refused ${answer.refused}` : answer);

/** @param flagKeys of the round's changes, in their order */
export const encodeOffers = (offers: readonly FlagOffer[], flagKeys: readonly string[]): EncodedOffers => {
  const services = [...new Set(offers.flatMap(({ answers }) => [...answers.keys()]))].sort();
  return {
    services,
    flags: offers.map(({ flagKey, order, bytes, answers }) => ({
      at: flagKeys.indexOf(flagKey),
      order,
      bytes,
      answers: [...new Map([...answers.values()].map((answer) => [textOf(answer), answer]))].map(([text, answer]) => ({
        ...(typeof answer === 'object' ? ({ is: 'refused', error: answer.refused } as const) : { is: answer }),
        services: encodeBitmap(services, (service) => {
          const own = answers.get(service);
          return own !== undefined && textOf(own) === text;
        }),
      })),
    })),
  };
};

/** By flag key. */
export const decodeOffers = (
  { services, flags }: EncodedOffers,
  flagKeys: readonly string[],
): ReadonlyMap<string, FlagOffer> => {
  const offers = flags.flatMap(({ at, order, bytes, answers }): FlagOffer[] => {
    const flagKey = flagKeys[at];
    if (flagKey === undefined) return [];
    const byService = answers.flatMap(({ is, error = '', services: bits }) =>
      [...decodeBitmap(bits, services)].map((service): [string, OfferAnswer] => [
        service,
        is === 'refused' ? { refused: error } : is,
      ]),
    );
    return [{ flagKey, order, bytes, answers: new Map(byService) }];
  });
  return new Map(offers.map((offer) => [offer.flagKey, offer]));
};
