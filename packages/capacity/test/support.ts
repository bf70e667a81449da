import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Planned, PlannedWorld } from '../lib/plans/planned.ts';
import { readPlans } from '../lib/plans/read-plans.ts';

export const recordedText = (name: 'home' | 'region'): string =>
  readFileSync(join(__dirname, 'plans', `${name}.plan`), 'utf8');

/** Plans of real modules by the real provider: home and another region of three, with four services. */
export const recorded = (...names: readonly ('home' | 'region')[]): PlannedWorld =>
  readPlans(names.map((name) => ({ name, text: recordedText(name) })));

export const REGION = 'eu-west-1';

export const planned = (
  type: string,
  values: Planned['values'] = {},
  { region = REGION, name = 'x', unknown = {} }: { region?: string | undefined; name?: string; unknown?: unknown } = {},
): Planned => ({ plan: 'plan.json', address: `module.a.${type}.${name}`, type, region, values, unknown });

/** So many of a type, with other addresses. */
export const many = (
  count: number,
  type: string,
  values: (index: number) => Planned['values'] = () => ({}),
  region: string = REGION,
): readonly Planned[] =>
  Array.from({ length: count }, (_, index) => planned(type, values(index), { name: `x[${index}]`, region }));

export const worldOf = (resources: readonly Planned[]): PlannedWorld => ({ resources, destroyed: 0 });

/** The text of a plan with these resource changes. */
export const planText = (changes: readonly object[], more: object = {}): string =>
  JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    resource_changes: changes,
    configuration: {
      provider_config: { aws: { expressions: { region: { constant_value: REGION } } } },
      root_module: {},
    },
    ...more,
  });

export const change = (address: string, actions: readonly string[], after: object | null = {}, more: object = {}) => ({
  address,
  mode: 'managed',
  type: address.split('.').at(-2) ?? '',
  change: { actions, after, after_unknown: {} },
  ...more,
});
