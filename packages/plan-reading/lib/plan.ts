import { InvalidInputError } from '@flaghoist/core/errors';
import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const jsonObject = z.record(z.string(), z.unknown());

const resourceChangeSchema = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  change: z.looseObject({
    actions: z.array(z.string()),
    after: z.optional(z.nullable(z.unknown())),
    after_unknown: z.optional(z.unknown()),
    after_sensitive: z.optional(z.unknown()),
  }),
});

const stateResourceSchema = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  values: z.optional(z.unknown()),
  sensitive_values: z.optional(z.unknown()),
});

interface StateModule {
  readonly resources?: readonly z.infer<typeof stateResourceSchema>[] | undefined;
  readonly child_modules?: readonly StateModule[] | undefined;
}

const stateModuleSchema: z.ZodMiniType<StateModule> = z.looseObject({
  resources: z.optional(z.array(stateResourceSchema)),
  child_modules: z.optional(z.array(z.lazy(() => stateModuleSchema))),
});

const configuredResourceSchema = z.looseObject({
  address: z.string(),
  count_expression: z.optional(z.unknown()),
  for_each_expression: z.optional(z.unknown()),
});

export type ConfiguredResource = z.infer<typeof configuredResourceSchema>;

export interface ModuleCall {
  readonly [key: string]: unknown;
  readonly source?: string | undefined;
  readonly expressions?: Readonly<Record<string, unknown>> | undefined;
  readonly count_expression?: unknown;
  readonly for_each_expression?: unknown;
  readonly module: ConfiguredModule;
}

export interface ConfiguredModule {
  readonly [key: string]: unknown;
  readonly resources?: readonly ConfiguredResource[] | undefined;
  readonly module_calls?: Readonly<Record<string, ModuleCall>> | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
}

const configuredModuleSchema: z.ZodMiniType<ConfiguredModule> = z.looseObject({
  resources: z.optional(z.array(configuredResourceSchema)),
  module_calls: z.optional(
    z.record(
      z.string(),
      z.looseObject({
        source: z.optional(z.string()),
        expressions: z.optional(jsonObject),
        module: z.lazy(() => configuredModuleSchema),
      }),
    ),
  ),
  variables: z.optional(jsonObject),
  outputs: z.optional(jsonObject),
});

const planSchema = z.looseObject({
  format_version: z.string(),
  terraform_version: z.string(),
  variables: z.optional(z.record(z.string(), z.looseObject({ value: z.optional(z.unknown()) }))),
  planned_values: z.optional(z.looseObject({ outputs: z.optional(z.record(z.string(), jsonObject)) })),
  resource_changes: z.optional(z.array(resourceChangeSchema)),
  output_changes: z.optional(z.record(z.string(), jsonObject)),
  prior_state: z.optional(
    z.looseObject({ values: z.optional(z.looseObject({ root_module: z.optional(stateModuleSchema) })) }),
  ),
  checks: z.optional(
    z.array(
      z.looseObject({
        address: z.looseObject({ to_display: z.string() }),
        instances: z.optional(z.array(z.looseObject({ address: z.looseObject({ to_display: z.string() }) }))),
      }),
    ),
  ),
  configuration: z.looseObject({
    provider_config: z.optional(z.record(z.string(), jsonObject)),
    root_module: configuredModuleSchema,
  }),
});

/** What `terraform show -json` says of a plan, as far as its form matters here. Nothing of it is dropped. */
export type Plan = z.infer<typeof planSchema>;

/** The one major version of the format that is understood. A new one may put things elsewhere, where nobody would look. */
const FORMAT = '1';

/**
 * @param what whose plan it is, as the reader of an error knows it
 * @throws {InvalidInputError} for what is no plan, and for a plan that failed or is of an unknown format
 */
export const readPlan = (text: string, what: string): Plan => {
  const hint = 'Make it with terraform show -json on a saved plan of Terraform 1.10 or newer.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InvalidInputError(what, [`not JSON: ${why}`], hint, error);
  }
  const plan = parse(planSchema, value, { what, hint });
  const [major] = plan.format_version.split('.');
  if (major !== FORMAT) {
    throw new InvalidInputError(what, [`/format_version: ${plan.format_version} is not ${FORMAT}.x`], hint);
  }
  if (plan['errored'] === true) throw new InvalidInputError(what, ['/errored: this plan failed half-way'], hint);
  return plan;
};

/** The inputs by name. */
export const variablesOf = ({ variables = {} }: Plan): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));
