import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { plannedOf, workspacesOf } from '@flaghoist/terraform/workspaces';
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

const statementSchema = z.looseObject({
  actions: z._default(z.nullable(z.array(z.string())), []),
  condition: z._default(z.nullable(z.array(z.looseObject({ variable: z.string() }))), []),
});

/** A statement of a policy that Terraform writes: what of it stands in the plan although the policy is only known after the apply. */
export interface StatementOfPlan {
  readonly actions: readonly string[];
  readonly condition: readonly { readonly variable: string }[];
}

const statementsOf = (after: Readonly<Record<string, unknown>> | null): readonly StatementOfPlan[] =>
  z
    .array(statementSchema)
    .parse(after?.['statement'] ?? [])
    .map(({ actions, condition }) => ({ actions: actions ?? [], condition: condition ?? [] }));

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
  /** The statements of policies that Terraform writes, by their address. */
  readonly policies: Readonly<Record<string, readonly StatementOfPlan[]>>;
  /** The modules that the stack calls, as they are written: what refers to what. */
  readonly calls: Readonly<Record<string, z.infer<typeof callSchema>>>;
}

const lib = join(__dirname, '..', '..', 'lib');

/** The real plan of a stack in one of its workspaces, which the task `plan` made. */
const readPlan = (stack: string, workspace: string, environment: Environment): EnvironmentPlan => {
  if (!hasTerraform()) return { environment, calls: {}, inputs: {}, policies: {}, resources: [] };
  const what = join(lib, 'stacks', stack, 'dist', 'plan', `${workspace}.json`);
  const hint = `Make it anew: "pnpm turbo run plan --filter=@flaghoist/stack-${stack}".`;
  return planIn(readFileSync(what, 'utf8'), environment, { what, hint });
};

/** @param text what `terraform show -json` says of it */
export const planIn = (
  text: string,
  environment: Environment,
  named = { what: 'the plan', hint: 'It is what "terraform show -json" prints.' },
): EnvironmentPlan => {
  const plan = parseJson(planSchema, text, named);
  return {
    environment,
    calls: plan.configuration.root_module.module_calls,
    inputs: Object.fromEntries(Object.entries(plan.variables).map(([name, { value }]) => [name, value])),
    policies: Object.fromEntries(
      plan.resource_changes
        .filter(({ mode, type }) => mode === 'data' && type === 'aws_iam_policy_document')
        .map(({ address, change }) => [address, statementsOf(change.after)]),
    ),
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

const environments = readEnvironments(fleetBeside(lib));

/** The stack `application` in each environment. */
export const applicationPlans = (): readonly EnvironmentPlan[] =>
  environments.map((environment) => readPlan('application', environment.name, environment));

export interface StackPlan extends EnvironmentPlan {
  readonly stack: string;
  readonly workspace: string;
  /** Home, which has what a standby has, or a region like the others. */
  readonly part: 'home' | 'standby' | 'region';
  readonly region: string;
}

/** A stack of the flags as the task `plan` plans it: in home and one other region of each environment, or once in each. */
export const plansOf = (stack: string): readonly StackPlan[] =>
  environments.flatMap((environment) =>
    plannedOf(workspacesOf(join(lib, 'stacks', stack), environment, fleetBeside(lib))).map(
      ({ name, part, region }) => ({
        ...readPlan(stack, name, environment),
        stack,
        workspace: name,
        part,
        region,
      }),
    ),
  );

/** The same plan with a resource changed: what a proof must be able to see. */
export const withChange = <Plan extends EnvironmentPlan>(
  plan: Plan,
  type: string,
  change: (resource: Resource) => Partial<Resource>,
): Plan => {
  const first = plan.resources.find((resource) => resource.type === type);
  if (first === undefined) throw new Error(`There is no ${type} in the plan to change.`);
  return { ...plan, resources: plan.resources.map((each) => (each === first ? { ...each, ...change(each) } : each)) };
};

/** Replaces the value at a path of a resource's values: keys and indexes joined with dots. */
export const setValue =
  (path: string, value: unknown) =>
  ({ values }: Resource): Partial<Resource> => {
    const copy = structuredClone(values) as Record<string, unknown>;
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Record<string, unknown>>((each, key) => each[key] as Record<string, unknown>, copy);
    parent[last] = value;
    return { values: copy };
  };

/** A value deep in a resource, by keys and indexes joined with dots. */
export const valueAt = (values: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], values);
