import type { LoadOptions } from '../load/assumptions.ts';
import { type Deployment, deploymentOf } from '../load/deployment.ts';
import { loadsOf, type RegionLoad } from '../load/region-load.ts';
import type { Planned, PlannedWorld } from '../plans/planned.ts';
import type { Meter, MeterInput } from './meter.ts';
import { free, meters } from './meters/meters.ts';
import { metricsOf, replicaRegions, tableMeters } from './meters/stores.ts';
import { type PriceList, priceIn, shippedPrices } from './prices.ts';

/** What one kind of thing costs in a region, a month. */
export interface Line {
  readonly region: string;
  readonly name: string;
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
}

export interface Bill {
  readonly usd: number;
  /** The dearest first. */
  readonly lines: readonly Line[];
  readonly regions: Readonly<Record<string, number>>;
  /** What is not in the sum: places, with what is not known of them. */
  readonly unpriced: readonly string[];
  /** Prices that somebody should look up before relying on them. */
  readonly unverified: readonly string[];
}

interface Charged extends Meter {
  readonly region: string;
}

interface Usage {
  readonly charged: readonly Charged[];
  readonly unpriced: readonly string[];
}

const usageOf = (resource: Planned, input: Omit<MeterInput, 'load'>, loads: ReadonlyMap<string, RegionLoad>): Usage => {
  const { type, region, address } = resource;
  const meterOf = Object.hasOwn(meters, type) ? meters[type] : undefined;
  if (meterOf === undefined) return { charged: [], unpriced: free.has(type) ? [] : [`${type}: no price for it`] };
  if (region === undefined) return { charged: [], unpriced: [`${address}: its region`] };
  const metered = meterOf(resource, { ...input, load: loads.get(region) });
  const elsewhere = type === 'aws_dynamodb_table' ? replicaRegions(resource) : [];
  return {
    charged: [
      ...metered.meters.map((meter) => ({ ...meter, region })),
      ...elsewhere.flatMap((place) =>
        tableMeters(resource, place, { ...input, load: loads.get(place) }).map((meter) => ({
          ...meter,
          region: place,
        })),
      ),
    ],
    unpriced: metered.unpriced ?? [],
  };
};

const metricsIn = (
  input: Omit<MeterInput, 'load'>,
  loads: ReadonlyMap<string, RegionLoad>,
  { regions }: Deployment,
): Usage => ({
  charged: regions.flatMap(({ region }) =>
    metricsOf({ ...input, load: loads.get(region) }).map((meter) => ({ ...meter, region })),
  ),
  unpriced: [],
});

/** What plans would cost in a month at a load. */
export const billOf = ({ resources }: PlannedWorld, options: LoadOptions, list: PriceList = shippedPrices): Bill => {
  const deployment = deploymentOf(resources);
  const loads = loadsOf(deployment, options);
  const input = { resources, deployment, options };
  const usages = [...resources.map((resource) => usageOf(resource, input, loads)), metricsIn(input, loads, deployment)];
  const unpriced = usages.flatMap((usage) => usage.unpriced);
  const sums = new Map<string, Line>();
  const used = new Set<string>();
  for (const { price: id, quantity, region } of usages.flatMap(({ charged }) => charged)) {
    if (quantity === 0) continue;
    const usd = priceIn(list, id, region);
    if (usd === undefined) {
      unpriced.push(
        Object.hasOwn(list.prices, id) ? `${id} in ${region}: no ratio for the region` : `${id}: no price for it`,
      );
      continue;
    }
    used.add(id);
    const { name = id, unit = '' } = list.prices[id] ?? {};
    const key = JSON.stringify([region, name]);
    const before = sums.get(key);
    sums.set(key, {
      region,
      name,
      unit,
      quantity: (before?.quantity ?? 0) + quantity,
      usd: (before?.usd ?? 0) + quantity * usd,
    });
  }
  const lines = [...sums.values()].toSorted((a, b) => b.usd - a.usd || a.name.localeCompare(b.name));
  const regions = new Map<string, number>();
  for (const { region, usd } of lines) regions.set(region, (regions.get(region) ?? 0) + usd);
  return {
    usd: lines.reduce((sum, { usd }) => sum + usd, 0),
    lines,
    regions: Object.fromEntries([...regions].toSorted(([a], [b]) => a.localeCompare(b))),
    unpriced: countedTexts(unpriced),
    unverified: [...used].filter((id) => list.sources[list.prices[id]?.source ?? '']?.kind === 'unverified').sort(),
  };
};

/** Each text once, with how often it came. */
const countedTexts = (texts: readonly string[]): readonly string[] =>
  [...Map.groupBy(texts, (text) => text)]
    .map(([text, same]) => (same.length === 1 ? text : `${text} (${same.length} times)`))
    .sort();
