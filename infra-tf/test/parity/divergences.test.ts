import { readSources, type Sources } from '@flaghoist/parity/sources/read-sources';
import { needsTerraform } from '../needs-terraform.ts';
import { attributeClasses, attributeDivergences } from './attribute-divergences.ts';
import { planDivergences } from './plan-divergences.ts';
import { type Divergence, type PlanJson, withoutProbes } from './plan-json.ts';
import { reportOn, shipped, stackDirectory } from './report-on.ts';

const { it } = needsTerraform();

const planned = shipped();
const plans = planned.map(({ planText }) => JSON.parse(planText) as PlanJson);
const lastPlan = plans.at(-1);
if (lastPlan === undefined) throw new Error('there is no plan');
const ofStack = withoutProbes(lastPlan);

const classes: Readonly<Record<string, readonly Divergence[]>> = {
  ...Object.fromEntries(Object.keys(attributeClasses).map((name) => [name, attributeDivergences(ofStack, name)])),
  ...Object.fromEntries(Object.entries(planDivergences).map(([name, divergences]) => [name, divergences(ofStack)])),
};

let sources: Sources;

beforeAll(async () => {
  sources = await readSources(stackDirectory);
});

/** Those of a class that no violation tells, when all of them are planted into one environment. */
const missed = (divergences: readonly Divergence[], environment: number): readonly string[] => {
  const plan = structuredClone(plans[environment]);
  if (plan === undefined) throw new Error('there is no such plan');
  for (const { plant } of divergences) plant(plan);
  const changed = planned.map((each, index) =>
    index === environment ? { ...each, planText: JSON.stringify(plan) } : each,
  );
  const { differences } = reportOn(changed, sources);
  const violations = differences.filter(({ status }) => status === 'violation').map(({ path }) => path);
  return divergences
    .filter(({ path }) => !violations.some((violation) => isAtOrBelow(violation, path)))
    .map(({ subject, path }) => `${subject}: ${path}`);
};

const isAtOrBelow = (path: string, wanted: string): boolean =>
  path === wanted || (path.startsWith(wanted) && /^[.[]/.test(path.slice(wanted.length)));

it('finds no violation in the shipped environments, and needs every entry of the allow-list', () => {
  const { counts, differences, entryProblems } = reportOn(planned, sources);
  expect(differences.filter(({ status }) => status === 'violation')).toEqual([]);
  expect(entryProblems).toEqual([]);
  expect(counts.compared).toBeGreaterThan(5000);
});

it('plants at least 200 divergences, some in every type of resource', () => {
  const all = Object.values(classes).flat();
  expect(all.length).toBeGreaterThanOrEqual(200);
  const subjects = new Set(all.map(({ subject }) => subject));
  const types = new Set(ofStack.resource_changes.map(({ type }) => type));
  expect([...types].filter((type) => !subjects.has(type))).toEqual([]);
});

// Each class into one environment, the environments in turn: a comparison takes half a second.
it.each(Object.keys(classes).map((name, index) => [name, index % planned.length] as const))(
  'finds %s wherever it is planted',
  (name, environment) => {
    const divergences = classes[name] ?? [];
    expect(divergences).not.toEqual([]);
    expect(missed(divergences, environment)).toEqual([]);
  },
);

it.each([
  ['a version', (text: string) => text.replace(/version += "[^"]+"/, 'version = "5.99.0"')],
  ['a hash', (text: string) => text.replace('"h1:', '"h1:0')],
])('finds %s of the provider lock that differs', (_what, change) => {
  const changed = planned.map((each, index) => (index === 1 ? { ...each, lockText: change(each.lockText) } : each));
  expect(
    reportOn(changed, sources).differences.filter(
      ({ status, path }) => status === 'violation' && path.startsWith('lock.'),
    ),
  ).not.toEqual([]);
});
