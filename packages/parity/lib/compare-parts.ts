import type { Workspace } from '@flaghoist/terraform/workspaces';
import type { Comparison } from './compare/compare-models.ts';
import type { NotCompared } from './sources/not-compared.ts';

interface OfWorkspace {
  readonly environment: { readonly name: string };
  readonly workspace?: Workspace | undefined;
}

interface Compared<Environment> extends Comparison {
  readonly environments: readonly Environment[];
  readonly notCompared: readonly NotCompared[];
  readonly secrets: ReadonlySet<string>;
}

/** Each once, however many parts say it. */
const distinct = (all: readonly NotCompared[]): readonly NotCompared[] => [
  ...new Map(all.map((each) => [JSON.stringify(each), each])).values(),
];

const sumOf = (all: readonly Comparison[], count: 'compared' | 'identical' | 'unknown'): number =>
  all.reduce((sum, each) => sum + each[count], 0);

/**
 * Compares home with home, standby with standby and another region with another region, where a stack has a state for each, and
 * joins what comes of it. A part that only one environment has is equal to itself.
 *
 * @param compare several of one part, in the environments' order
 */
export const compareParts = <Each extends OfWorkspace, Environment>(
  all: readonly Each[],
  compare: (ofPart: readonly Each[]) => Compared<Environment>,
): Compared<Environment> => {
  const parts = [...Map.groupBy(all, ({ workspace }) => workspace?.part ?? 'home')];
  if (parts.length <= 1) return compare(all);
  const compared = parts
    .filter(([, those]) => those.length > 1)
    .map(([part, those]) => {
      const names = those.map(({ environment }) => environment.name);
      const comparison = compare(those);
      const missing = [...new Set(all.map(({ environment }) => environment.name))].map((name) => names.indexOf(name));
      const differences = comparison.differences.map((each) => ({
        ...each,
        part,
        values: missing.map((index) => (index < 0 ? undefined : each.values[index])),
      }));
      return { ...comparison, differences };
    });
  const alone = parts.flatMap(([part, those]) => (those.length === 1 ? [{ part, those }] : []));
  return {
    compared: sumOf(compared, 'compared'),
    identical: sumOf(compared, 'identical'),
    unknown: sumOf(compared, 'unknown'),
    differences: compared.flatMap(({ differences }) => differences),
    notCompared: distinct([
      ...compared.flatMap(({ notCompared }) => notCompared),
      ...alone.map(({ part, those: [only] }) => ({
        path: `the part ${part} of ${only?.environment.name}`,
        why: 'no other environment has such a region',
      })),
    ]),
    secrets: new Set(compared.flatMap(({ secrets }) => [...secrets])),
    environments: compared.flatMap(({ environments }) => environments),
  };
};
