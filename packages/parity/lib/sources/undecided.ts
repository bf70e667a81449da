import { argumentOf } from '@flaghoist/terraform/sources/module';
import { bindersOfBody } from '@flaghoist/terraform/sources/probes';
import type { Difference } from '../compare/difference.ts';
import type { Instance, Model } from '../model/model.ts';
import type { MadeOf } from './made-of.ts';
import { madeOfDifferences } from './made-of-difference.ts';
import { everyScope, type Scope } from './scopes.ts';
import { pathOfSteps, type Steps, unknownsIn } from './unknown-values.ts';

const withoutInstances = (address: string): string => address.replaceAll('[*]', '');

interface Group {
  readonly address: string;
  readonly instances: readonly Instance[];
}

const groupsOf = (models: readonly Model[]): ReadonlyMap<string, Group> => {
  const groups = new Map<string, Group>();
  for (const { resources } of models) {
    for (const [address, instances] of resources) {
      const key = withoutInstances(address);
      groups.set(key, { address, instances: [...(groups.get(key)?.instances ?? []), ...instances] });
    }
  }
  return groups;
};

export interface UndecidedOptions {
  readonly models: readonly Model[];
  readonly root: Scope;
  readonly madeOf: MadeOf;
}

/**
 * Values that no environment knows before apply and that are made of what differs, or of what is used in a way that the plans
 * cannot show the result of. What a value is only a part of is compared where it stands.
 */
export const findUndecided = ({ models, root, madeOf }: UndecidedOptions): readonly Difference[] => {
  const groups = groupsOf(models);
  const ofResources = everyScope(root).flatMap((scope) =>
    [...scope.module.resources].flatMap(([address, body]) => {
      const group = groups.get(`${scope.path === '' ? '' : `${scope.path}.`}${address}`);
      if (group === undefined) return [];
      const unknowns = new Map<string, Steps>(
        group.instances.flatMap(({ tree }) => unknownsIn(tree)).map((steps) => [pathOfSteps(steps), steps]),
      );
      return [...unknowns].flatMap(([path, steps]) =>
        madeOfDifferences(
          `${group.address}${path}`,
          madeOf(
            scope,
            body,
            bindersOfBody(body),
            steps.filter((step) => typeof step === 'string'),
          ),
          models.length,
        ),
      );
    }),
  );
  const ofOutputs = [...root.module.outputs].flatMap(([name, body]) => {
    const value = argumentOf(body, 'value');
    const isUnknown = models.some(({ settings }) => {
      const tree = settings.get(`output.${name}`);
      return tree !== undefined && unknownsIn(tree).length > 0;
    });
    return value !== undefined && isUnknown
      ? madeOfDifferences(`output.${name}`, madeOf(root, value, []), models.length)
      : [];
  });
  return [...ofResources, ...ofOutputs];
};
