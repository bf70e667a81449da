import { InvalidInputError } from '@flaghoist/core/errors';
import { memberOf } from '@flaghoist/core/json';
import { parseJson } from '@flaghoist/core/parse';
import type * as z from 'zod/mini';
import {
  type ConfiguredModule,
  completePlanSchema,
  planSchema,
  type StateModule,
  type StateResource,
} from './plan-schema.ts';

/**
 * What `terraform show -json` says of a plan, as far as its form matters here; nothing is dropped. The plan may have failed
 * half-way (`errored`): what it says of the resources that could be read is true all the same.
 */
export type Plan = z.infer<typeof planSchema>;

/** A plan that came to its end, and has a configuration. */
export type CompletePlan = z.infer<typeof completePlanSchema>;

/** The one major version of the format that is understood. A new one may put things elsewhere, where nobody would look. */
const FORMAT = '1';

/** How a file of a plan comes about. */
export const PLAN_HINT =
  'Make it with Terraform 1.10 or newer: terraform plan -out=saved.tfplan && terraform show -json saved.tfplan > plan.json. Of the stacks of flags, without an account: packages/capacity/scripts/plans.py write plans ENVIRONMENT SERVICES.';

const WHOLE = 'Make the plan without -target, and apply first what others wait for.';

const readAs = <T extends z.ZodMiniType<{ readonly format_version: string }>>(
  schema: T,
  text: string,
  what: string,
): z.output<T> => {
  const plan = parseJson(schema, text, { what, hint: PLAN_HINT });
  if (plan.format_version.split('.')[0] !== FORMAT) {
    throw new InvalidInputError(what, [`/format_version: ${plan.format_version} is not ${FORMAT}.x`], PLAN_HINT);
  }
  return plan;
};

/**
 * Reads a plan, also one that failed half-way.
 *
 * @param what which plan it is, as the reader of an error knows it
 * @throws {InvalidInputError} for a text that is not a plan, and for an unknown format
 */
export const readPlan = (text: string, what: string): Plan => readAs(planSchema, text, what);

/**
 * Reads a plan that is to be compared, and so must say everything.
 *
 * @param what whose plan it is, as the reader of an error knows it
 * @throws {InvalidInputError} for a text that is not a plan, for an unknown format, and for a plan that failed or is of a part
 */
export const readCompletePlan = (text: string, what: string): CompletePlan => {
  const plan = readAs(completePlanSchema, text, what);
  if (plan['errored'] === true) throw new InvalidInputError(what, ['/errored: this plan failed half-way'], PLAN_HINT);
  const putOff = (plan.deferred_changes ?? []).map(({ resource_change: { address } }) => address);
  if (plan.complete === false || putOff.length > 0) {
    const where = putOff.length > 0 ? `/deferred_changes: Terraform put off ${putOff.join(', ')}` : '/complete: false';
    throw new InvalidInputError(what, [`${where}: this plan is not of the whole stack`], WHOLE);
  }
  return plan;
};

/** The inputs by name. */
export const variablesOf = ({ variables = {} }: Pick<CompletePlan, 'variables'>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));

/** The inputs of a module that are declared sensitive. */
export const sensitiveInputs = ({ variables = {} }: Pick<ConfiguredModule, 'variables'>): ReadonlySet<string> =>
  new Set(Object.keys(variables).filter((name) => memberOf(variables[name], 'sensitive') === true));

const below = ({ resources = [], child_modules: children = [] }: StateModule): readonly StateResource[] => [
  ...resources,
  ...children.flatMap(below),
];

/**
 * Resources of the state that the plan was made on, as they were read.
 *
 * @param mode `data` for data sources, of which only those that were read while planning are in the state
 */
export const stateResources = (
  { prior_state: state }: Pick<Plan, 'prior_state'>,
  mode: 'managed' | 'data',
): readonly StateResource[] => below(state?.values?.root_module ?? {}).filter((resource) => resource.mode === mode);

const expressionsBelow = (
  { resources = [], module_calls: calls = {} }: ConfiguredModule,
  prefix: string,
): readonly (readonly [string, ReadonlySet<string>])[] => [
  ...resources.map(
    ({ address, expressions = {} }) => [`${prefix}${address}`, new Set(Object.keys(expressions))] as const,
  ),
  ...Object.entries(calls).flatMap(([name, call]) => expressionsBelow(call.module, `${prefix}module.${name}.`)),
];

/** The arguments that the configuration sets, by the resource's address without instance keys. */
export const configuredArguments = ({
  configuration,
}: Pick<Plan, 'configuration'>): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(expressionsBelow(configuration?.root_module ?? {}, ''));

/** A plan whose configuration sets more arguments than it says: by the resource's address without instance keys. */
export const withArguments = (plan: Plan, more: ReadonlyMap<string, readonly string[]>): Plan => {
  const root = plan.configuration?.root_module;
  if (root === undefined || more.size === 0) return plan;
  return { ...plan, configuration: { ...plan.configuration, root_module: withArgumentsBelow(root, '', more) } };
};

const withArgumentsBelow = (
  module: ConfiguredModule,
  prefix: string,
  more: ReadonlyMap<string, readonly string[]>,
): ConfiguredModule => {
  const { resources, module_calls: calls } = module;
  return {
    ...module,
    ...(resources === undefined
      ? {}
      : {
          resources: resources.map((resource) => {
            const names = more.get(`${prefix}${resource.address}`) ?? [];
            const added = Object.fromEntries(names.map((name) => [name, []]));
            return names.length === 0 ? resource : { ...resource, expressions: { ...added, ...resource.expressions } };
          }),
        }),
    ...(calls === undefined
      ? {}
      : {
          module_calls: Object.fromEntries(
            Object.entries(calls).map(([name, call]) => [
              name,
              { ...call, module: withArgumentsBelow(call.module, `${prefix}module.${name}.`, more) },
            ]),
          ),
        }),
  };
};
