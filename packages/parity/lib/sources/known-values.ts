import { canonicalJson } from '@flaghoist/core/canonical-json';
import { memberOf } from '@flaghoist/core/json';
import { normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { variablesOf } from '@flaghoist/plan-reading/plan';
import { ABSENT, mapOf, originalOf, type Tree } from '@flaghoist/plan-reading/tree';
import type { Expression } from '@flaghoist/terraform/sources/expression';
import { type Binder, closed, probeId } from '@flaghoist/terraform/sources/probes';
import { compareTrees } from '../compare/compare-trees.ts';
import type { Values } from '../compare/difference.ts';
import { inputTree, type ModelInput } from '../model/model.ts';
import { type Probed, probedIn } from '../model/probes.ts';
import type { Scope } from './scopes.ts';

const isKnown = (tree: Tree): boolean => {
  switch (tree.kind) {
    case 'unknown':
      return false;
    case 'map':
      return [...tree.entries.values()].every(isKnown);
    case 'list':
      return tree.items.every(isKnown);
    case 'json':
    case 'sensitive':
      return isKnown(tree.content);
    case 'scalar':
    case 'encoded':
      return true;
  }
};

const present = (values: Values): readonly Tree[] => values.filter((tree) => tree !== undefined);

/** The same but for what an environment's own words mean. */
export const isAlike = (values: Values): boolean => {
  let alike = true;
  const found = { same: () => {}, differs: () => (alike = false) };
  compareTrees(present(values), { path: '', instance: '' }, found);
  return alike;
};

/** The very same, an environment's own words too. */
export const isSame = (values: Values): boolean =>
  isAlike(values) && new Set(present(values).map((tree) => canonicalJson(originalOf(tree)))).size <= 1;

/** The values of an expression in all environments; `undefined` where one does not know them before apply, or was not asked. */
export type KnownValues = (scope: Scope, expression: Expression, binders: readonly Binder[]) => Values | undefined;

/** One tree of the instances that all environments have. */
const ofInstances = (values: readonly ReadonlyMap<string, Tree>[]): Values => {
  const [first] = values;
  const common = [...(first?.keys() ?? [])].filter((key) => values.every((each) => each.has(key)));
  const [only] = common;
  if (common.length === 1 && only !== undefined) return values.map((each) => each.get(only));
  return values.map((each) => mapOf(common.flatMap((key) => [[key, each.get(key)] as [string, Tree]])));
};

const textTree = ({ normalise }: ModelInput, text: string): Tree => normaliseValue(text, {}, normalise);

/** Only the elements of loops that all environments have: which they have is compared where they are. */
const sharedElements = (values: Values, levels: number): Values => {
  if (levels === 0) return values;
  if (values.every((tree) => tree?.kind === 'map')) {
    const [first] = values;
    const keys = [...(first?.entries.keys() ?? [])].filter((key) => values.every(({ entries }) => entries.has(key)));
    const below = keys.map((key) =>
      sharedElements(
        values.map(({ entries }) => entries.get(key)),
        levels - 1,
      ),
    );
    return values.map((_, index) => mapOf(keys.map((key, at) => [key, below[at]?.[index] ?? ABSENT])));
  }
  if (values.every((tree) => tree?.kind === 'list')) {
    const length = Math.min(...values.map(({ items }) => items.length));
    const below = Array.from({ length }, (_, at) =>
      sharedElements(
        values.map(({ items }) => items[at]),
        levels - 1,
      ),
    );
    return values.map((_, index) => ({ kind: 'list', items: below.map((each) => each[index] ?? ABSENT) }));
  }
  return values;
};

/** What a plan says without having been asked: inputs of the stack, and the workspace. */
const withoutAsking = (
  inputs: readonly ModelInput[],
  scope: Scope,
  { type, path = [] }: Expression,
): Values | undefined => {
  const [root, name = '', ...rest] = path;
  if (type !== 'reference') return undefined;
  // All environments are planned from the same folder.
  if (root === 'path') return inputs.map((each) => textTree(each, `path.${name}`));
  if (root === 'terraform') {
    return inputs.map((each) => textTree(each, each.workspace?.name ?? each.environment.name));
  }
  if (scope.path !== '') return undefined;
  if (root !== 'var') return undefined;
  return inputs.map((each) => {
    const value = rest.reduce(memberOf, memberOf(variablesOf(each.plan), name));
    return inputTree(each, name, value ?? null);
  });
};

export const createKnownValues = (inputs: readonly ModelInput[]): KnownValues => {
  const probed: readonly Probed[] = inputs.map(({ plan, normalise }) => probedIn(plan, normalise));
  return (scope, expression, binders) => {
    const wanted = closed(expression, binders);
    const asked =
      wanted === undefined ? [] : probed.flatMap((values) => values(scope.path, probeId(wanted.text)) ?? []);
    const values =
      asked.length === inputs.length
        ? sharedElements(ofInstances(asked), wanted?.loopLevels ?? 0)
        : withoutAsking(inputs, scope, expression);
    return values?.every((tree) => tree !== undefined && isKnown(tree)) === true ? values : undefined;
  };
};
