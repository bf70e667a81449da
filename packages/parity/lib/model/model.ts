import { memberOf } from '@flaghoist/core/json';
import type { Environment } from '@flaghoist/fleet/environments';
import { type Address, parseAddress } from '@flaghoist/plan-reading/address';
import { type Normalise, normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { type CompletePlan, sensitiveInputs, stateResources, variablesOf } from '@flaghoist/plan-reading/plan';
import { fingerprint, mapOf, type Tree } from '@flaghoist/plan-reading/tree';
import type { Workspace } from '@flaghoist/terraform/workspaces';
import { type Backend, backendSettings } from './backend.ts';
import { configurationSettings } from './configuration-settings.ts';
import { withoutDerived } from './derived.ts';
import { foldedItems, isOfRegion } from './fold.ts';
import { isProbe } from './probes.ts';
import { type ProviderLock, providerLockSettings } from './provider-lock.ts';
import { withZonePositions, type ZoneLetters } from './zone-letters.ts';

/** One instance of a resource. */
export interface Instance {
  readonly keys: Address['keys'];
  /** The same with an environment's own words replaced. */
  readonly meanings: Address['keys'];
  readonly tree: Tree;
}

/** All that is compared of one environment, by paths that are the same in each. */
export interface Model {
  /** Instances of each resource, by its address without instance keys; without any where `count` is 0. */
  readonly resources: ReadonlyMap<string, readonly Instance[]>;
  /** All else: inputs, outputs, providers, module calls, expressions, checks, versions. */
  readonly settings: ReadonlyMap<string, Tree>;
}

/** All values of a model. */
export const treesOf = ({ resources, settings }: Model): readonly Tree[] => [
  ...[...resources.values()].flat().map(({ tree }) => tree),
  ...settings.values(),
];

export interface ModelInput {
  readonly environment: Environment;
  readonly plan: CompletePlan;
  readonly lock: ProviderLock;
  readonly workspace?: Workspace | undefined;
  /** Where its state is. */
  readonly backend?: Backend | undefined;
  readonly normalise: Normalise;
  /** How its inputs name its zones. */
  readonly zoneLetters?: ZoneLetters | undefined;
}

/** Members of a plan that are read elsewhere, or that say how the plan was made and not what it makes. */
const READ_ELSEWHERE = new Set([
  'variables',
  'planned_values',
  'resource_changes',
  'output_changes',
  'prior_state',
  'configuration',
  'checks',
  // Derived from the configuration's references, in no fixed order.
  'relevant_attributes',
  'timestamp',
]);

/** Members of a resource change that repeat the address or describe the previous state. */
const SAID_BY_ADDRESS = new Set(['address', 'module_address', 'name', 'index', 'change', 'previous_address']);

/** Everything comparable in the plan of one environment. */
export const createModel = (input: ModelInput): Model => ({
  resources: resourcesOf(input),
  settings: new Map([
    ...versions(input),
    ...variables(input),
    ...outputs(input),
    ...checks(input),
    ...configurationSettings(input),
    ...providerLockSettings(input.lock),
    ...(input.backend === undefined ? [] : backendSettings(input.backend, input.normalise)),
  ]),
});

type Settings = readonly (readonly [string, Tree])[];

const versions = ({ plan, normalise }: ModelInput): Settings =>
  Object.keys(plan)
    .filter((key) => !READ_ELSEWHERE.has(key))
    .map((key) => [`plan.${key}`, normaliseValue(plan[key], {}, normalise)]);

/** An input of the stack, which may be a member of one: `value` as the plan has it. */
export const inputTree = ({ plan, normalise, zoneLetters }: ModelInput, name: string, value: unknown): Tree => {
  const sensitive = sensitiveInputs(plan.configuration.root_module).has(name);
  return withZonePositions(normaliseValue(value, { sensitive }, normalise), value, zoneLetters);
};

const variables = (input: ModelInput): Settings =>
  Object.entries(variablesOf(input.plan)).map(([name, value]) => [`var.${name}`, inputTree(input, name, value)]);

const outputs = ({ plan, normalise }: ModelInput): Settings => {
  const planned = plan.planned_values?.outputs ?? {};
  const changes = plan.output_changes ?? {};
  return [...new Set([...Object.keys(planned), ...Object.keys(changes)])].flatMap((name) => {
    const change = changes[name];
    const sensitive = memberOf(planned[name], 'sensitive') === true || memberOf(change, 'after_sensitive');
    const value = memberOf(change, 'after') ?? memberOf(planned[name], 'value');
    return [
      [`output.${name}`, normaliseValue(value, { unknown: memberOf(change, 'after_unknown'), sensitive }, normalise)],
      [`output.${name}.#type`, normaliseValue(memberOf(planned[name], 'type'), {}, normalise)],
    ] as const;
  });
};

const checks = ({ plan, normalise }: ModelInput): Settings => {
  const statuses = new Map<string, string[]>();
  for (const check of plan.checks ?? []) {
    const { group } = parseAddress(check.address.to_display);
    const instances = (check.instances ?? []).map((instance) => String(instance['status']));
    // One status per distinct outcome: how many instances there are is compared where the instances are.
    const seen = statuses.get(group) ?? [];
    statuses.set(group, [...new Set([...seen, String(check['status']), ...instances])].sort());
  }
  return [...statuses].map(([group, seen]) => {
    const unknown = seen.map((status) => status === 'unknown');
    return [`check.${group}`, normaliseValue(seen, { unknown }, normalise)];
  });
};

/** Instances by the regions that they are for, with what is alike for all other regions once. */
const foldInstances = (instances: readonly Instance[], others: number): readonly Instance[] => {
  const meaning = ({ meanings }: Instance): string => meanings.join(' ');
  const { items, apart } = foldedItems(
    instances,
    { meaning, own: ({ keys }) => JSON.stringify(keys), content: ({ tree }) => fingerprint(tree) },
    others,
  );
  return items.map((each) => {
    if (others === 0 || !isOfRegion(meaning(each))) return each;
    return apart.has(meaning(each)) ? { ...each, meanings: each.keys } : { ...each, keys: each.meanings };
  });
};

const resourcesOf = ({ plan, normalise, workspace }: ModelInput): ReadonlyMap<string, readonly Instance[]> => {
  const groups = new Map<string, Instance[]>();
  const add = (address: string, tree: Tree): void => {
    const { group, keys } = parseAddress(address);
    const instances = groups.get(group) ?? [];
    const meanings = keys.map((key) => (typeof key === 'string' ? normalise(key) : key));
    instances.push({ keys, meanings, tree });
    groups.set(group, instances);
  };
  for (const resource of plan.resource_changes ?? []) {
    if (isProbe(resource.address)) continue;
    const { after, after_unknown: unknown, after_sensitive: sensitive, actions } = resource.change;
    const about = Object.keys(resource).filter((key) => !SAID_BY_ADDRESS.has(key));
    const value = normaliseValue(withoutDerived(resource.type, after ?? {}), { unknown, sensitive }, normalise);
    add(
      resource.address,
      mapOf([
        ...about.map((key) => [`#${key}`, normaliseValue(resource[key], {}, normalise)] as const),
        ['#actions', normaliseValue(actions, {}, normalise)],
        ...(value.kind === 'map' ? value.entries : [['#value', value] as const]),
      ]),
    );
  }
  // Data sources that were read while planning are in no change, only in the state before.
  for (const { address, type, values, sensitive_values: sensitive } of stateResources(plan, 'data')) {
    const value = normaliseValue(withoutDerived(type, values), { sensitive }, normalise);
    add(address, value.kind === 'map' ? value : mapOf([['#value', value]]));
  }
  const others = workspace?.others.length ?? 0;
  return new Map([...groups].map(([group, instances]) => [group, foldInstances(instances, others)]));
};
