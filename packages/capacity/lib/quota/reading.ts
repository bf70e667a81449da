import type { Deployment } from '../load/deployment.ts';
import type { RegionLoad } from '../load/region-load.ts';
import type { Planned } from '../plans/planned.ts';

/** How much of a quota is used in one place. */
export interface Reading {
  readonly quota: string;
  /** Nothing for quotas of the account, and for what is in no known region. */
  readonly region: string | undefined;
  /** What it is of, for quotas of single resources. */
  readonly of?: string | undefined;
  readonly used: number;
  /** Why it may be more: what no plan knows yet. */
  readonly atLeast?: string | undefined;
  /** Why it may be less: what was counted together because no plan tells it apart yet. */
  readonly atMost?: string | undefined;
}

/** What quotas are read from. */
export interface QuotaInput {
  readonly resources: readonly Planned[];
  readonly deployment: Deployment;
  readonly loads: ReadonlyMap<string, RegionLoad>;
}

export type Rule = (input: QuotaInput) => readonly Reading[];

/** Resources by the region that they are in. */
export const byRegion = (resources: readonly Planned[]): ReadonlyMap<string | undefined, readonly Planned[]> =>
  Map.groupBy(resources, ({ region }) => region);

/** Counts resources of a region. */
export const counted = (quota: string, ...types: readonly string[]): Rule => countedIf(quota, () => true, ...types);

export const countedIf =
  (quota: string, counts: (resource: Planned) => boolean, ...types: readonly string[]): Rule =>
  ({ resources }) =>
    [...byRegion(resources.filter((each) => types.includes(each.type) && counts(each)))].map(([region, here]) => ({
      quota,
      region,
      used: here.length,
    }));

/** Reads something of each resource of a type; the fullest of a region is told. */
export const fullest =
  (
    quota: string,
    type: string,
    read: (resource: Planned) => { readonly used: number; readonly atLeast?: string | undefined },
  ): Rule =>
  ({ resources }) =>
    [...byRegion(resources.filter((each) => each.type === type))].flatMap(([region, here]) => {
      const readings = here.map((resource) => ({ quota, region, of: resource.address, ...read(resource) }));
      return highest(readings);
    });

/** The one of the highest use, and the one that says the most is unknown where that is another. */
export const highest = (readings: readonly Reading[]): readonly Reading[] => {
  const [first, ...others] = readings.toSorted((a, b) => b.used - a.used);
  if (first === undefined) return [];
  const hidden = others.filter(({ atLeast }) => atLeast !== undefined);
  if (first.atLeast !== undefined || hidden[0] === undefined) return [first];
  const more = hidden.length === 1 ? '' : ` and of ${hidden.length - 1} more`;
  return [{ ...first, atLeast: `${hidden[0].atLeast} of ${hidden[0].of ?? 'another'}${more}` }];
};

/** Characters of a policy as AWS counts them: without white space around its parts. */
export const policySize = (text: string): number => {
  try {
    return JSON.stringify(JSON.parse(text)).length;
  } catch {
    return text.length;
  }
};
