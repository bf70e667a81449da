import type { LoadOptions } from '../load/assumptions.ts';
import type { Deployment } from '../load/deployment.ts';
import type { RegionLoad } from '../load/region-load.ts';
import type { Planned } from '../plans/planned.ts';

/** Something that is billed: so many units a month of what has a price. */
export interface Meter {
  /** Of the price list. */
  readonly price: string;
  readonly quantity: number;
}

/** What a resource is billed by, and what of it no plan says. */
export interface Metered {
  readonly meters: readonly Meter[];
  /** What is not in the bill because it is not known, or has no price: each with its place. */
  readonly unpriced?: readonly string[];
}

export interface MeterInput {
  readonly resources: readonly Planned[];
  readonly deployment: Deployment;
  /** Of the resource's region; nothing where nothing of Flaghoist's own is there. */
  readonly load: RegionLoad | undefined;
  readonly options: LoadOptions;
}

export type MeterOf = (resource: Planned, input: MeterInput) => Metered;
