import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import * as z from 'zod/mini';
import { hasTerraform } from '../needs-terraform.ts';

const attributes = z.record(z.string(), z.unknown());

const configured = z.looseObject({
  address: z.string(),
  type: z.string(),
  expressions: z._default(z.unknown(), {}),
});

const callSchema = z.looseObject({
  expressions: z._default(attributes, {}),
  module: z.looseObject({ resources: z._default(z.array(configured), []) }),
});

const planSchema = z.looseObject({
  configuration: z.looseObject({ root_module: z.looseObject({ module_calls: z.record(z.string(), callSchema) }) }),
  variables: z.record(z.string(), z.looseObject({ value: z.optional(z.unknown()) })),
  resource_changes: z.array(
    z.looseObject({
      address: z.string(),
      mode: z.string(),
      type: z.string(),
      change: z.looseObject({ after: z.nullable(attributes), after_unknown: z.union([attributes, z.boolean()]) }),
    }),
  ),
});

export interface Resource {
  readonly address: string;
  readonly type: string;
  /** What is known before the apply. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The attributes, as a tree, that only the apply tells. */
  readonly unknown: Readonly<Record<string, unknown>>;
}

export interface EnvironmentPlan {
  readonly environment: Environment;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** All that will be created at AWS. */
  readonly resources: readonly Resource[];
  /** The modules that the stack calls, as they are written: what refers to what. */
  readonly calls: Readonly<Record<string, z.infer<typeof callSchema>>>;
}

const lib = join(__dirname, '..', '..', 'lib');

/** The real plan of the stack `application` in one environment, which the task `plan` made. */
const readPlan = (environment: Environment): EnvironmentPlan => {
  if (!hasTerraform()) return { environment, calls: {}, inputs: {}, resources: [] };
  const file = join(lib, 'stacks', 'application', 'dist', 'plan', `${environment.name}.json`);
  const plan = parseJson(planSchema, readFileSync(file, 'utf8'), {
    what: file,
    hint: 'Make it anew: "pnpm turbo run plan --filter=@flaghoist/stack-application".',
  });
  return {
    environment,
    calls: plan.configuration.root_module.module_calls,
    inputs: Object.fromEntries(Object.entries(plan.variables).map(([name, { value }]) => [name, value])),
    resources: plan.resource_changes
      .filter(({ mode, type }) => mode === 'managed' && type.startsWith('aws_'))
      .map(({ address, type, change }) => ({
        address,
        type,
        values: change.after ?? {},
        unknown: typeof change.after_unknown === 'boolean' ? {} : change.after_unknown,
      })),
  };
};

export const plans: readonly EnvironmentPlan[] = readEnvironments(fleetBeside(lib)).map(readPlan);

/** The same plan with a resource changed: what a proof must be able to see. */
export const withChange = (
  plan: EnvironmentPlan,
  type: string,
  change: (resource: Resource) => Partial<Resource>,
): EnvironmentPlan => {
  const first = plan.resources.find((resource) => resource.type === type);
  if (first === undefined) throw new Error(`There is no ${type} in the plan to change.`);
  return { ...plan, resources: plan.resources.map((each) => (each === first ? { ...each, ...change(each) } : each)) };
};

/** A value deep in a resource, by keys and indexes joined with dots. */
export const valueAt = (values: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], values);
