import { isObject, memberOf } from '@flaghoist/core/json';
import { member } from '@flaghoist/plan-reading/address';
import type { ConfiguredResource } from '@flaghoist/plan-reading/plan-schema';
import { type Tree, unknown } from '@flaghoist/plan-reading/tree';
import type { Difference } from '../compare/difference.ts';
import type { Instance, Model } from '../model/model.ts';
import { createOrigins, type Locals, type Scope } from './origins.ts';
import { referencesIn } from './references.ts';

interface Unknown {
  /** Members and element numbers from the resource down. */
  readonly steps: readonly (string | number)[];
}

const unknownsIn = (tree: Tree, steps: Unknown['steps'] = []): readonly Unknown[] => {
  switch (tree.kind) {
    case 'unknown':
      return [{ steps }];
    case 'map':
      return [...tree.entries].flatMap(([key, each]) => unknownsIn(each, [...steps, key]));
    case 'list':
      return tree.items.flatMap((each, index) => unknownsIn(each, [...steps, index]));
    case 'json':
    case 'sensitive':
      return unknownsIn(tree.content, steps);
    case 'scalar':
      return [];
  }
};

const pathOf = (steps: Unknown['steps']): string =>
  steps.map((step) => (typeof step === 'number' ? '[*]' : member(step))).join('');

const isExpression = (value: unknown): boolean =>
  isObject(value) && (Object.hasOwn(value, 'references') || Object.hasOwn(value, 'constant_value'));

/**
 * The expression that makes a value, or a block or object that it is part of; `undefined` for what no argument sets. Where a
 * loop makes blocks, the first stands for all.
 */
const expressionAt = (expressions: unknown, steps: Unknown['steps']): unknown => {
  let expression = expressions;
  for (const step of steps) {
    if (isExpression(expression)) return expression;
    expression =
      typeof step === 'number' && Array.isArray(expression)
        ? (expression[step] ?? expression[0])
        : memberOf(expression, String(step));
  }
  return expression;
};

/** Whether one path of an input is the other, or a part of it. */
const overlaps = (a: string, b: string): boolean => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

export interface UndecidedOptions {
  readonly models: readonly Model[];
  /** Of any environment: all have the same sources, or it is found elsewhere. */
  readonly scopes: readonly Scope[];
  readonly locals: Locals;
  /** What was found by comparing values. */
  readonly differences: readonly Difference[];
}

/**
 * Values that no environment knows before apply and that are made of inputs which differ: the plans cannot show whether
 * they will be the same.
 */
export const findUndecided = ({ models, scopes, locals, differences }: UndecidedOptions): readonly Difference[] => {
  const differing = differences.flatMap(({ path }) =>
    path.startsWith('var.') && !path.includes('.#declaration') ? [path.slice('var.'.length).replaceAll('[*]', '')] : [],
  );
  if (differing.length === 0) return [];
  const origins = createOrigins(scopes, locals);
  const inputsOf = (scope: Scope, expression: unknown, resource?: ConfiguredResource): readonly string[] => {
    const all = [...origins(scope, referencesIn(expression), resource)];
    return [...new Set(differing.filter((input) => all.some((each) => overlaps(each, input))))].sort();
  };
  const undecided = (path: string, inputs: readonly string[]): readonly Difference[] =>
    inputs.length === 0
      ? []
      : [
          {
            path,
            instance: '',
            kind: 'undecided',
            values: models.map(() => unknown),
            note: `made of ${inputs.map((input) => `var.${input}`).join(', ')}`,
          },
        ];

  const ofResources = scopes.flatMap((scope) =>
    (scope.module.resources ?? []).flatMap((resource) => {
      const group = findGroup(models, scope, resource);
      if (group === undefined) return [];
      const unknowns = new Map(
        group.instances.flatMap(({ tree }) => unknownsIn(tree)).map(({ steps }) => [pathOf(steps), steps]),
      );
      return [...unknowns].flatMap(([path, steps]) =>
        undecided(`${group.address}${path}`, inputsOf(scope, expressionAt(resource.expressions, steps), resource)),
      );
    }),
  );
  const [root] = scopes;
  const outputs = isObject(root?.module.outputs) ? Object.entries(root.module.outputs) : [];
  const ofOutputs = outputs.flatMap(([name, declaration]) =>
    root !== undefined && models.every(({ settings }) => settings.get(`output.${name}`)?.kind === 'unknown')
      ? undecided(`output.${name}`, inputsOf(root, declaration))
      : [],
  );
  return [...ofResources, ...ofOutputs];
};

const withoutInstances = (address: string): string => address.replaceAll('[*]', '');

const findGroup = (
  models: readonly Model[],
  { path }: Scope,
  { address }: ConfiguredResource,
): { readonly address: string; readonly instances: readonly Instance[] } | undefined => {
  const wanted = `${path === '' ? '' : `${path}.`}${address}`;
  for (const { resources } of models) {
    for (const [group, instances] of resources) {
      if (withoutInstances(group) === wanted) return { address: group, instances };
    }
  }
  return undefined;
};
