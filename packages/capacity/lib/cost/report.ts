import type { LoadOptions } from '../load/assumptions.ts';
import { assumptions } from '../load/assumptions.ts';
import { deploymentOf } from '../load/deployment.ts';
import type { PlannedWorld } from '../plans/planned.ts';
import { billOf } from './bill.ts';
import { type PulledLever, pullEach, withAllPulled } from './levers.ts';
import { type PriceList, shippedPrices } from './prices.ts';

/** What one kind of thing costs in all regions, a month. */
export interface Item {
  readonly name: string;
  readonly unit: string;
  readonly idleUsd: number;
  readonly usd: number;
}

export interface CostReport {
  readonly pricesAsOf: string;
  readonly assumptionsAsOf: string;
  readonly currency: 'USD';
  readonly changesPerDay: number;
  readonly flags: number;
  /** Services that a change concerns; null for all. */
  readonly services: number | null;
  /** The region where proposals are accepted; null where no plan has its table. */
  readonly home: string | null;
  readonly idleUsd: number;
  readonly usd: number;
  /** The dearest first, at the load that was asked for. */
  readonly items: readonly Item[];
  readonly regions: readonly { readonly region: string; readonly idleUsd: number; readonly usd: number }[];
  readonly levers: readonly PulledLever[];
  /** With all levers pulled that cost no promise. */
  readonly pulled: { readonly idleUsd: number; readonly usd: number };
  readonly unpriced: readonly string[];
  readonly unverified: readonly string[];
}

/** What plans would cost in a month: idle, and at a load. */
export const costReport = (world: PlannedWorld, options: LoadOptions, list: PriceList = shippedPrices): CostReport => {
  const idle = billOf(world, { ...options, changesPerDay: 0 }, list);
  const busy = billOf(world, options, list);
  const items = new Map<string, Item>();
  for (const { name, unit, usd } of idle.lines) {
    items.set(name, { name, unit, usd: 0, idleUsd: (items.get(name)?.idleUsd ?? 0) + usd });
  }
  for (const { name, unit, usd } of busy.lines) {
    const before = items.get(name);
    items.set(name, { name, unit, idleUsd: before?.idleUsd ?? 0, usd: (before?.usd ?? 0) + usd });
  }
  const regions = [...new Set([...Object.keys(busy.regions), ...Object.keys(idle.regions)])].sort();
  return {
    pricesAsOf: list.asOf,
    assumptionsAsOf: assumptions.asOf,
    currency: list.currency,
    changesPerDay: options.changesPerDay,
    flags: options.flags ?? assumptions.flags.value,
    services: options.services ?? null,
    home: deploymentOf(world.resources).home ?? null,
    idleUsd: idle.usd,
    usd: busy.usd,
    items: [...items.values()].toSorted((a, b) => b.usd - a.usd || a.name.localeCompare(b.name)),
    regions: regions.map((region) => ({ region, idleUsd: idle.regions[region] ?? 0, usd: busy.regions[region] ?? 0 })),
    levers: pullEach(world, options),
    pulled: withAllPulled(world, options),
    unpriced: busy.unpriced,
    unverified: busy.unverified,
  };
};
