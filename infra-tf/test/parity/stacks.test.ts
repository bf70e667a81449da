import type { ReportedDifference } from '@flaghoist/parity/report/report';
import { readSources, type Sources } from '@flaghoist/parity/sources/read-sources';
import { needsTerraform } from '../needs-terraform.ts';
import { attributeClasses, attributeDivergences, isAllowed } from './attribute-divergences.ts';
import { type Divergence, groupOf, type PlanJson, withoutProbes } from './plan-json.ts';
import { directoryOf, reportOn, shipped } from './report-on.ts';

const { describe, it } = needsTerraform();

/** One instance of several goes missing: not the first, in which all else is planted. */
const withoutOne = (plan: PlanJson): Divergence[] => {
  const managed = plan.resource_changes.filter(({ mode, index }) => mode === 'managed' && typeof index === 'string');
  const gone = managed.findLast((each) => managed.find(({ type }) => type === each.type) !== each);
  if (gone === undefined) return [];
  const plant = (target: PlanJson) => {
    target.resource_changes = target.resource_changes.filter(({ address }) => address !== gone.address);
  };
  return [{ subject: 'an instance', path: groupOf(gone.address), plant }];
};

/** An entry about a whole block, which only some environments have, is about all that is in it. */
const isInAllowed = (path: string, stack: string): boolean =>
  [...path.matchAll(/[.[]/g)].some(({ index }) => isAllowed(path.slice(0, index), stack));

const planted = (plan: PlanJson, stack: string): readonly Divergence[] => {
  const ofStack = withoutProbes(plan);
  const changed = Object.keys(attributeClasses).flatMap((name) => attributeDivergences(ofStack, name, stack));
  return [...changed.filter(({ path }) => !isInAllowed(path, stack)), ...withoutOne(ofStack)];
};

/** How many values are compared, at least. */
const STACKS = [
  ['governance', 400],
  ['region-foundation', 3000],
  ['flags-global', 3000],
  ['flags-region', 3000],
] as const;

describe.each(STACKS)('%s', (stack, values) => {
  const all = shipped(stack);
  const parts = [...new Set(all.map(({ workspace }) => workspace?.part ?? 'home'))];
  let sources: Sources;

  beforeAll(async () => {
    sources = await readSources(directoryOf(stack));
  });

  const violations = (changed: typeof all): readonly ReportedDifference[] =>
    reportOn(changed, sources, stack).differences.filter(({ status }) => status === 'violation');

  it('has no violation in any part, and needs every entry of the allow-list', () => {
    const { counts, differences, entryProblems } = reportOn(all, sources, stack);
    expect(differences.filter(({ status }) => status === 'violation')).toEqual([]);
    expect(entryProblems).toEqual([]);
    expect(counts.compared).toBeGreaterThan(values);
    expect(counts.compared).toBe(counts.identical + counts.madeAlike + differences.length);
  });

  it.each(parts)('shows whatever is planted in %s of one environment, and in no other part', (part) => {
    const ofPart = all.filter(({ workspace }) => (workspace?.part ?? 'home') === part);
    const at = ofPart.at(-1);
    if (at === undefined) throw new Error(`there is no ${part}`);
    const plan: PlanJson = JSON.parse(at.planText);
    const divergences = planted(plan, stack);
    expect(divergences.length).toBeGreaterThan(10);
    for (const { plant } of divergences) plant(plan);
    const found = violations(all.map((each) => (each === at ? { ...each, planText: JSON.stringify(plan) } : each)));
    expect(
      divergences.filter(({ path }) => !found.some((each) => each.path.startsWith(path))).map(({ path }) => path),
    ).toEqual([]);
    expect(new Set(found.map((each) => each.part ?? 'home'))).toEqual(new Set([part]));
  });
});
