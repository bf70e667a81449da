import { InvalidInputError } from '@flaghoist/core/errors';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const changeSchema = z.looseObject({
  actions: z.array(z.string()),
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
  after_unknown: z.optional(z.unknown()),
  before_sensitive: z.optional(z.unknown()),
  after_sensitive: z.optional(z.unknown()),
  replace_paths: z.optional(z.array(z.array(z.union([z.string(), z.number()])))),
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
  mode: z.string(),
  type: z.string(),
  values: z._default(z.record(z.string(), z.unknown()), {}),
  sensitive_values: z.optional(z.unknown()),
});

export type StateResource = z.infer<typeof stateResourceSchema>;

interface StateModule {
  readonly resources?: readonly StateResource[] | undefined;
  readonly child_modules?: readonly StateModule[] | undefined;
}

const stateModuleSchema: z.ZodMiniType<StateModule> = z.looseObject({
  resources: z.optional(z.array(stateResourceSchema)),
  child_modules: z.optional(z.array(z.lazy(() => stateModuleSchema))),
});

interface ConfiguredModule {
  readonly resources?:
    | readonly { readonly address: string; readonly expressions?: Readonly<Record<string, unknown>> | undefined }[]
    | undefined;
  readonly module_calls?: Readonly<Record<string, { readonly module: ConfiguredModule }>> | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

const configuredModuleSchema: z.ZodMiniType<ConfiguredModule> = z.looseObject({
  resources: z.optional(
    z.array(z.looseObject({ address: z.string(), expressions: z.optional(z.record(z.string(), z.unknown())) })),
  ),
  module_calls: z.optional(z.record(z.string(), z.looseObject({ module: z.lazy(() => configuredModuleSchema) }))),
  variables: z.optional(z.record(z.string(), z.unknown())),
});

const planSchema = z.looseObject({
  format_version: z.string(),
  terraform_version: z.string(),
  errored: z._default(z.boolean(), false),
  variables: z._default(z.record(z.string(), z.looseObject({ value: z.optional(z.unknown()) })), {}),
  resource_drift: z._default(z.array(resourceChangeSchema), []),
  resource_changes: z._default(z.array(resourceChangeSchema), []),
  output_changes: z._default(z.record(z.string(), changeSchema), {}),
  prior_state: z.optional(
    z.looseObject({ values: z.optional(z.looseObject({ root_module: z.optional(stateModuleSchema) })) }),
  ),
  relevant_attributes: z._default(z.array(z.looseObject({ resource: z.string() })), []),
  configuration: z.optional(z.looseObject({ root_module: z.optional(configuredModuleSchema) })),
});

/**
 * What `terraform show -json` says of a plan, as far as drift is read from it. Unlike parity's, it may have failed half-way
 * (`errored`): what it says of the resources that could be read is true all the same.
 */
export type DriftPlan = z.infer<typeof planSchema>;

/** The one major version of the format that is understood. */
const FORMAT = '1';

/**
 * @param what which plan it is, as the reader of an error knows it
 * @throws {InvalidInputError} for what is no plan, and for an unknown format
 */
export const readDriftPlan = (text: string, what: string): DriftPlan => {
  const hint = 'Make it with terraform show -json on a saved plan of Terraform 1.10 or newer.';
  const plan = parseJson(planSchema, text, { what, hint });
  if (plan.format_version.split('.')[0] !== FORMAT) {
    throw new InvalidInputError(what, [`/format_version: ${plan.format_version} is not ${FORMAT}.x`], hint);
  }
  return plan;
};

const below = ({ resources = [], child_modules: children = [] }: StateModule): readonly StateResource[] => [
  ...resources,
  ...children.flatMap(below),
];

/** Managed resources of the state that the plan was made on, as they were read. */
export const stateResources = ({ prior_state: state }: DriftPlan): readonly StateResource[] =>
  below(state?.values?.root_module ?? {}).filter(({ mode }) => mode === 'managed');

const expressionsBelow = (
  module: ConfiguredModule,
  prefix: string,
): readonly (readonly [string, ReadonlySet<string>])[] => [
  ...(module.resources ?? []).map(
    ({ address, expressions = {} }) => [`${prefix}${address}`, new Set(Object.keys(expressions))] as const,
  ),
  ...Object.entries(module.module_calls ?? {}).flatMap(([name, call]) =>
    expressionsBelow(call.module, `${prefix}module.${name}.`),
  ),
];

/** The arguments that the configuration sets, by the resource's address without instance keys. */
export const configuredArguments = ({ configuration }: DriftPlan): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(expressionsBelow(configuration?.root_module ?? {}, ''));
