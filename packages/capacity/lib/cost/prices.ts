import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import shipped from './prices.json' with { type: 'json' };

const money = z.number().check(z.positive());

const priceSchema = z.strictObject({
  /** What a reader of the bill calls it. Several prices may have one name: sizes of a node. */
  name: z.string(),
  unit: z.string(),
  /** In the base region. */
  usd: money,
  source: z.string(),
  /** Prices of regions that were found by themselves. */
  regions: z.optional(z.record(z.string(), money)),
  /** The same in all regions. */
  everywhere: z.optional(z.literal(true)),
});

const pricesSchema = z.strictObject({
  asOf: z.iso.date(),
  currency: z.literal('USD'),
  base: z.string(),
  sources: z.record(
    z.string(),
    z.strictObject({
      url: z.url(),
      /** When it was read; null where nobody has noted it. */
      read: z.nullable(z.string()),
      kind: z.enum(['aws', 'third-party', 'unverified']),
      what: z.string(),
    }),
  ),
  /** What other regions cost, as a multiple of the base. */
  ratios: z.strictObject({ source: z.string(), regions: z.record(z.string(), money) }),
  prices: z.record(z.string(), priceSchema),
});

export type PriceList = z.infer<typeof pricesSchema>;

export const shippedPrices: PriceList = parse(pricesSchema, shipped, {
  what: 'prices.json',
  hint: 'Correct the named places of packages/capacity/lib/cost/prices.json.',
});

/**
 * What a unit costs in a region.
 *
 * @returns nothing where the list does not say: an unknown price, or one of another region whose ratio is unknown
 */
export const priceIn = (list: PriceList, id: string, region: string): number | undefined => {
  const price = Object.hasOwn(list.prices, id) ? list.prices[id] : undefined;
  if (price === undefined) return undefined;
  const own = price.regions?.[region];
  if (own !== undefined) return own;
  if (price.everywhere === true || region === list.base) return price.usd;
  const ratio = list.ratios.regions[region];
  return ratio === undefined ? undefined : price.usd * ratio;
};
