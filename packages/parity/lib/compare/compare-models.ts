import type { Model } from '../model/model.ts';
import { compareResources } from './compare-resources.ts';
import { compareTrees } from './compare-trees.ts';
import type { Difference, Findings } from './difference.ts';

export interface Comparison {
  /** Values that were compared, each across all environments that have it. */
  readonly compared: number;
  /** Those of them that every environment knows, and that are the same. */
  readonly identical: number;
  /** Those that no environment knows before apply. */
  readonly unknown: number;
  /** By path, then by instance. */
  readonly differences: readonly Difference[];
}

const keysOf = (maps: readonly ReadonlyMap<string, unknown>[]): ReadonlySet<string> =>
  new Set(maps.flatMap((map) => [...map.keys()]));

/** Compares everything that the environments' plans say. At least two models, in the environments' order. */
export const compareModels = (models: readonly Model[]): Comparison => {
  const differences: Difference[] = [];
  let identical = 0;
  let unknown = 0;
  const findings: Findings = {
    same: (values, unknownOnes = 0) => {
      identical += values - unknownOnes;
      unknown += unknownOnes;
    },
    differs: (difference: Difference) => {
      differences.push(difference);
    },
  };
  for (const group of keysOf(models.map(({ resources }) => resources))) {
    compareResources(
      group,
      models.map(({ resources }) => resources.get(group) ?? []),
      findings,
    );
  }
  for (const path of keysOf(models.map(({ settings }) => settings))) {
    compareTrees(
      models.map(({ settings }) => settings.get(path)),
      { path, instance: '' },
      findings,
    );
  }
  return {
    compared: identical + unknown + differences.length,
    identical,
    unknown,
    differences: differences.sort((a, b) => order(a.path, b.path) || order(a.instance, b.instance)),
  };
};

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
