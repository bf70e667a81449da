import { isProbe } from '@flaghoist/parity/model/probes';

type Json = Record<string, unknown>;

export interface ResourceChange {
  address: string;
  mode: string;
  type: string;
  index?: string | number;
  change: { after: Json | null; after_unknown: Json; after_sensitive: Json };
}

export interface ConfiguredResource {
  address: string;
  mode: string;
  type: string;
  provider_config_key: string;
  expressions?: Json;
  depends_on?: string[];
  count_expression?: unknown;
  for_each_expression?: unknown;
}

export interface ConfiguredModule {
  resources?: ConfiguredResource[];
  module_calls?: Record<string, ModuleCall>;
  outputs?: Record<string, Json>;
}

interface ModuleCall extends Json {
  source: string;
  expressions?: Json;
  count_expression?: unknown;
  for_each_expression?: unknown;
  module: ConfiguredModule;
}

/** A plan as Terraform writes it, as far as divergences are planted in it. */
export interface PlanJson {
  terraform_version: string;
  variables: Record<string, { value?: unknown }>;
  resource_changes: ResourceChange[];
  output_changes: Record<string, { after?: unknown; after_unknown: unknown; after_sensitive: unknown }>;
  planned_values: { outputs: Record<string, { sensitive?: boolean; value?: unknown }> };
  checks: { address: { to_display: string }; status: string; instances?: { status: string }[] }[];
  configuration: {
    provider_config: Record<string, { expressions?: Json; version_constraint?: string }>;
    root_module: ConfiguredModule;
  };
}

/** A divergence and where it must be found. */
export interface Divergence {
  /** What it is planted in: a type of resource, or a part of the plan. */
  readonly subject: string;
  /** Beginning of the path that must be reported. */
  readonly path: string;
  plant(plan: PlanJson): void;
}

export const groupOf = (address: string): string => address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '[*]');

/** What a stack itself has: not what was added to the copy that is planned, to see the values of its expressions. */
export const withoutProbes = (plan: PlanJson): PlanJson => ({
  ...plan,
  resource_changes: plan.resource_changes.filter(({ address }) => !isProbe(address)),
  configuration: { ...plan.configuration, root_module: moduleWithoutProbes(plan.configuration.root_module) },
});

const moduleWithoutProbes = ({ resources, module_calls: calls, ...rest }: ConfiguredModule): ConfiguredModule => ({
  ...rest,
  ...(resources === undefined ? {} : { resources: resources.filter(({ address }) => !isProbe(address)) }),
  ...(calls === undefined ? {} : { module_calls: mapValues(calls, callWithoutProbes) }),
});

const callWithoutProbes = (call: ModuleCall): ModuleCall => ({ ...call, module: moduleWithoutProbes(call.module) });

const mapValues = <T>(record: Record<string, T>, map: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
