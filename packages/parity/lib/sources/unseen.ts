import { type Expression, everyPart } from '@flaghoist/terraform/sources/expression';
import { argumentOf } from '@flaghoist/terraform/sources/module';
import { type Binder, bindersOfBody, walk } from '@flaghoist/terraform/sources/probes';
import type { Difference } from '../compare/difference.ts';
import { isAlike, type KnownValues } from './known-values.ts';
import type { Ingredient, MadeOf } from './made-of.ts';
import { madeOfDifferences } from './made-of-difference.ts';
import { everyScope, type Scope } from './scopes.ts';

/** Arguments of a resource whose values no plan shows. */
const isUnseen = (name: string): boolean => name === 'provisioner' || name === 'connection' || name.endsWith('_wo');

const isAddress = (name: string | Expression): boolean =>
  typeof name !== 'string' || ['alias', 'version', 'count', 'for_each'].includes(name);

/** A condition is met everywhere, or no plan is made: only what it is made of shows that it asks for less in one environment. */
const differingTerms = (
  scope: Scope,
  condition: Expression,
  binders: readonly Binder[],
  known: KnownValues,
): readonly Ingredient[] => {
  const found: (Ingredient & { readonly part: Expression })[] = [];
  walk(condition, binders, (part, around) => {
    if (part.type !== 'operation' && part.type !== 'function') return;
    const values = known(scope, part, around);
    const areVerdicts = values?.every((tree) => tree?.kind === 'scalar' && typeof tree.value === 'boolean');
    if (values !== undefined && areVerdicts === true && !isAlike(values)) {
      found.push({ part, text: part.text ?? '', module: scope.path, usedIn: condition.text, values });
    }
  });
  // The smallest terms say best what differs.
  return found.filter(
    ({ part }) => !found.some((other) => other.part !== part && everyPart(part).includes(other.part)),
  );
};

const conditionsIn = (body: Expression | undefined): readonly Expression[] =>
  body === undefined
    ? []
    : everyPart(body).flatMap((part) => (part.type === 'object' ? (argumentOf(part, 'condition') ?? []) : []));

export interface UnseenOptions {
  readonly root: Scope;
  readonly known: KnownValues;
  readonly madeOf: MadeOf;
  readonly environments: number;
}

/**
 * What of the sources no plan has a value for: arguments of providers, provisioners and connections, values that are only
 * written, and conditions. They are compared by what they are made of.
 */
export const findUnseen = ({ root, known, madeOf, environments }: UnseenOptions): readonly Difference[] => {
  const differences = (path: string, ingredients: readonly Ingredient[]) =>
    madeOfDifferences(path, ingredients, environments);
  const terms = (path: string, scope: Scope, body: Expression | undefined, binders: readonly Binder[] = []) =>
    conditionsIn(body).flatMap((each) => differences(path, differingTerms(scope, each, binders, known)));

  return everyScope(root).flatMap((scope) => {
    const at = (name: string): string => `${scope.path === '' ? '' : `${scope.path}.`}${name}`;
    const { resources, outputs, inputs, providers } = scope.module;
    return [
      ...[...resources].flatMap(([address, body]) => {
        const binders = bindersOfBody(body);
        const names = (body.keys ?? []).flatMap((name) => (typeof name === 'string' && isUnseen(name) ? [name] : []));
        return [
          ...names.flatMap((name) => differences(`${at(address)}.${name}`, madeOf(scope, body, binders, [name]))),
          ...terms(`${at(address)}.#condition`, scope, argumentOf(body, 'lifecycle'), binders),
        ];
      }),
      ...[...outputs].flatMap(([name, body]) =>
        terms(`${at(`output.${name}`)}.#condition`, scope, argumentOf(body, 'precondition')),
      ),
      ...[...inputs].flatMap(([name, body]) =>
        terms(`${at(`var.${name}`)}.#condition`, scope, argumentOf(body, 'validation')),
      ),
      ...[...providers].flatMap(([name, body]) =>
        (body.keys ?? []).flatMap((key) =>
          isAddress(key) ? [] : differences(`provider.${name}.${String(key)}`, madeOf(scope, body, [], [String(key)])),
        ),
      ),
    ];
  });
};
