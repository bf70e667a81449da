import { scalar } from '@flaghoist/plan-reading/tree';
import type { Instance } from '../model/model.ts';
import { alignKeys } from './aligned-keys.ts';
import { compareTrees } from './compare-trees.ts';
import type { Difference, Findings } from './difference.ts';
import { softened } from './siblings.ts';

type Keys = Instance['keys'];

const keyText = (keys: Keys): string => keys.map((key) => `[${JSON.stringify(key)}]`).join('');

/**
 * Compares the instances of one resource. Instances with the same keys are compared with each other, across those
 * environments that have any. An instance that some environments lack must equal a sibling in its own environment: there
 * may be more of a thing, but not other things. Every key of the environment with fewer instances must exist in those with
 * more: another key is another thing, even where it equals its siblings.
 *
 * @param group the resource's address without keys
 * @param instances one list for each environment
 */
export const compareResources = (
  group: string,
  instances: readonly (readonly Instance[])[],
  findings: Findings,
): void => {
  const counts = instances.map(({ length }) => length);
  if (new Set(counts).size === 1) findings.same(1);
  else {
    const values = counts.map((count) => scalar(count));
    findings.differs({ path: `${group}.#count`, instance: '', values, kind: 'count' });
  }

  const names = alignKeys(
    instances.map((each) => ({
      keys: each.map(({ keys }) => keyText(keys)),
      meanings: new Map(each.map(({ keys, meanings }) => [keyText(keys), keyText(meanings)])),
    })),
  );
  const byKey = instances.map((each, environment) => {
    const own = new Map(each.map((instance) => [keyText(instance.keys), instance]));
    return new Map(
      [...(names[environment] ?? [])].flatMap(([name, key]) => {
        const instance = own.get(key);
        return instance === undefined ? [] : [[name, instance] as const];
      }),
    );
  });
  const present = byKey.filter(({ size }) => size > 0);
  const keys = new Set(present.flatMap((each) => [...each.keys()]));
  const common = new Set([...keys].filter((key) => present.every((each) => each.has(key))));
  for (const key of strayKeys(present)) {
    const values = byKey.map((each) => (each.has(key) ? scalar('present') : undefined));
    findings.differs({
      path: `${group}.#key`,
      instance: key,
      values,
      kind: 'instance',
      note: 'others have other keys',
    });
  }
  for (const key of common) {
    compareTrees(
      present.map((each) => each.get(key)?.tree),
      { path: group, instance: key },
      inEnvironments(byKey, findings),
    );
  }
  for (const [environment, each] of byKey.entries()) {
    const siblings = [...each].filter(([key]) => common.has(key)).map(([, instance]) => instance);
    // Where no key is common, the environments' own instances are all there is to compare with.
    const others = byKey.filter((_, index) => index < environment).flatMap((before) => [...before.values()]);
    for (const [key, instance] of each) {
      if (common.has(key)) continue;
      compareWithSiblings(instance, siblings.length > 0 ? siblings : others, {
        group,
        environment,
        environments: byKey.length,
        findings,
      });
    }
  }
};

/** Keys that are missing where there are as many or more of them. */
const strayKeys = (present: readonly ReadonlyMap<string, Instance>[]): ReadonlySet<string> => {
  const bySize = present.toSorted((a, b) => a.size - b.size);
  return new Set(
    bySize.slice(1).flatMap((more, index) => [...(bySize[index]?.keys() ?? [])].filter((key) => !more.has(key))),
  );
};

/** Sets the values of those environments that have any instance back among all. */
const inEnvironments = (byKey: readonly ReadonlyMap<string, Instance>[], findings: Findings): Findings => ({
  same: (values, unknown) => findings.same(values, unknown),
  differs: (difference) => {
    let next = 0;
    const values = byKey.map(({ size }) => {
      if (size === 0) return undefined;
      next += 1;
      return difference.values[next - 1];
    });
    findings.differs({ ...difference, values });
  },
});

interface Surroundings {
  readonly group: string;
  readonly environment: number;
  readonly environments: number;
  readonly findings: Findings;
}

const compareWithSiblings = (
  instance: Instance,
  siblings: readonly Instance[],
  { group, environment, environments, findings }: Surroundings,
): void => {
  const compared = siblings.map((sibling) => {
    const found: Difference[] = [];
    let same = 0;
    let unknown = 0;
    compareTrees(
      [...softened(sibling, instance)],
      { path: group, instance: keyText(instance.keys) },
      {
        same: (values, unknownOnes = 0) => {
          same += values;
          unknown += unknownOnes;
        },
        differs: (difference) => found.push(difference),
      },
    );
    return { sibling, found, same, unknown };
  });
  const [closest] = compared.sort((a, b) => a.found.length - b.found.length);
  if (closest === undefined) return;
  findings.same(closest.same, closest.unknown);
  for (const difference of closest.found) {
    const values = Array.from({ length: environments }, (_, index) =>
      index === environment ? difference.values[1] : undefined,
    );
    findings.differs({
      ...difference,
      values,
      kind: 'instance',
      note: `not like its sibling ${keyText(closest.sibling.keys)}`,
    });
  }
};
