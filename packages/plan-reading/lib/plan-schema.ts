import * as z from 'zod/mini';

const jsonObject = z.record(z.string(), z.unknown());

const changeSchema = z.looseObject({
  actions: z.array(z.string()),
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
  after_unknown: z.optional(z.unknown()),
  before_sensitive: z.optional(z.unknown()),
  after_sensitive: z.optional(z.unknown()),
  replace_paths: z.optional(z.array(z.array(z.union([z.string(), z.number()])))),
  /** What an "import" block takes into the state. */
  importing: z.optional(z.unknown()),
});

export type Change = z.infer<typeof changeSchema>;

const resourceChangeSchema = z.looseObject({
  address: z.string(),
  previous_address: z.optional(z.string()),
  deposed: z.optional(z.string()),
  mode: z.string(),
  type: z.string(),
  change: changeSchema,
});

export type ResourceChange = z.infer<typeof resourceChangeSchema>;

const stateResourceSchema = z.looseObject({
  address: z.string(),
  deposed_key: z.optional(z.string()),
  tainted: z.optional(z.boolean()),
  mode: z.string(),
  type: z.string(),
  values: z._default(jsonObject, {}),
  sensitive_values: z.optional(z.unknown()),
});

export type StateResource = z.infer<typeof stateResourceSchema>;

export interface StateModule {
  readonly resources?: readonly StateResource[] | undefined;
  readonly child_modules?: readonly StateModule[] | undefined;
}

const stateModuleSchema: z.ZodMiniType<StateModule> = z.looseObject({
  resources: z.optional(z.array(stateResourceSchema)),
  child_modules: z.optional(z.array(z.lazy(() => stateModuleSchema))),
});

const configuredResourceSchema = z.looseObject({
  address: z.string(),
  expressions: z.optional(jsonObject),
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

const variablesSchema = z.record(z.string(), z.looseObject({ value: z.optional(z.unknown()) }));
const resourceChangesSchema = z.array(resourceChangeSchema);
const outputChangesSchema = z.record(z.string(), changeSchema);
const addressSchema = z.looseObject({ to_display: z.string() });

const inEveryPlan = {
  format_version: z.string(),
  terraform_version: z.string(),
  prior_state: z.optional(
    z.looseObject({ values: z.optional(z.looseObject({ root_module: z.optional(stateModuleSchema) })) }),
  ),
};

const checkSchema = z.looseObject({
  address: z.looseObject({ kind: z.optional(z.string()), to_display: z.string() }),
  /** `pass`, `fail`, `error`, or `unknown` before an apply. */
  status: z._default(z.string(), 'unknown'),
  instances: z._default(
    z.array(
      z.looseObject({ problems: z._default(z.array(z.looseObject({ message: z._default(z.string(), '') })), []) }),
    ),
    [],
  ),
});

const deferredSchema = z.looseObject({
  reason: z._default(z.string(), 'unknown'),
  resource_change: z.looseObject({ address: z.string() }),
});

const valuesSchema = z.looseObject({
  outputs: z.optional(z.record(z.string(), jsonObject)),
  root_module: z.optional(stateModuleSchema),
});

/** What is applied: what `terraform show -json` says without a plan. An empty state has no values. */
export const stateSchema = z.looseObject({
  format_version: z.string(),
  errored: z.optional(z.boolean()),
  terraform_version: z.optional(z.string()),
  values: z.optional(valuesSchema),
  /** Of a plan: what it was made on, as it was just read. */
  prior_state: z.optional(z.looseObject({ values: z.optional(valuesSchema) })),
});

/** A plan that may have failed half-way: what it does not say is empty. */
export const planSchema = z.looseObject({
  ...inEveryPlan,
  errored: z._default(z.boolean(), false),
  /** Whether an apply of it would bring about all that is configured. */
  complete: z.optional(z.boolean()),
  /** What Terraform put off to a later plan. */
  deferred_changes: z.optional(z.array(deferredSchema)),
  checks: z.optional(z.array(checkSchema)),
  variables: z._default(variablesSchema, {}),
  resource_drift: z._default(resourceChangesSchema, []),
  resource_changes: z._default(resourceChangesSchema, []),
  output_changes: z._default(outputChangesSchema, {}),
  /** Actions that an apply would run beside its changes (Terraform 1.14 and newer). */
  action_invocations: z._default(z.array(z.looseObject({ address: z.string() })), []),
  relevant_attributes: z._default(z.array(z.looseObject({ resource: z.string() })), []),
  configuration: z.optional(z.looseObject({ root_module: z.optional(configuredModuleSchema) })),
});

/** A plan that came to its end. Nothing is filled in, because all of its members are compared. */
export const completePlanSchema = z.looseObject({
  ...inEveryPlan,
  /** Whether an apply of it would bring about all that is configured. */
  complete: z.optional(z.boolean()),
  /** What Terraform put off to a later plan. */
  deferred_changes: z.optional(z.array(deferredSchema)),
  variables: z.optional(variablesSchema),
  planned_values: z.optional(z.looseObject({ outputs: z.optional(z.record(z.string(), jsonObject)) })),
  resource_changes: z.optional(resourceChangesSchema),
  output_changes: z.optional(outputChangesSchema),
  checks: z.optional(
    z.array(
      z.looseObject({
        address: addressSchema,
        instances: z.optional(z.array(z.looseObject({ address: addressSchema }))),
      }),
    ),
  ),
  configuration: z.looseObject({
    provider_config: z.optional(z.record(z.string(), jsonObject)),
    root_module: configuredModuleSchema,
  }),
});
