import { isObject, memberOf } from '@flaghoist/core/json';
import { parseAddress } from '@flaghoist/plan-reading/address';
import { type Normalise, normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import type { CompletePlan } from '@flaghoist/plan-reading/plan';
import { fingerprint, type Tree } from '@flaghoist/plan-reading/tree';
import { PROBE } from '@flaghoist/terraform/sources/modules';

const OWN_ADDRESS = `terraform_data.${PROBE}`;

/** Whether an address is of what was added to a module to see the values of its expressions. */
export const isProbe = (address: string): boolean => address === OWN_ADDRESS || address.endsWith(`.${OWN_ADDRESS}`);

/**
 * Values of a module's expressions in one environment.
 *
 * @param module its path without instances
 * @returns by the keys of the module's instances; `undefined` where nothing was asked
 */
export type Probed = (module: string, id: string) => ReadonlyMap<string, Tree> | undefined;

export const probedIn = ({ resource_changes: changes = [] }: CompletePlan, normalise: Normalise): Probed => {
  const byModule = new Map<string, { readonly keys: string; readonly change: unknown }[]>();
  for (const { address, change } of changes) {
    if (!isProbe(address)) continue;
    const { group, keys } = parseAddress(address.slice(0, Math.max(0, address.length - OWN_ADDRESS.length - 1)));
    const path = group.replaceAll('[*]', '');
    const instance = keys.map((key) => (typeof key === 'string' ? normalise(key) : key));
    byModule.set(path, [...(byModule.get(path) ?? []), { keys: JSON.stringify(instance), change }]);
  }
  const at = (change: unknown, marks: string, id: string): unknown => {
    const whole = memberOf(memberOf(change, marks), 'input');
    return isObject(whole) ? memberOf(whole, id) : whole;
  };
  return (module, id) => {
    const instances = byModule.get(module);
    if (instances === undefined) return undefined;
    const values = instances.flatMap(({ keys, change }): [string, Tree][] => {
      const unknown = at(change, 'after_unknown', id);
      const input = memberOf(memberOf(change, 'after'), 'input');
      // A value that is wholly unknown is no member of what is known.
      if (!isObject(input) || (!Object.hasOwn(input, id) && unknown === undefined)) return [];
      const sensitive = at(change, 'after_sensitive', id);
      return [[keys, normaliseValue(memberOf(input, id), { unknown, sensitive }, normalise)]];
    });
    // Instances for other regions have one meaning: where they differ, nobody can say what it has.
    const contents = Map.groupBy(values, ([keys]) => keys);
    const isOne = [...contents.values()].every((each) => new Set(each.map(([, tree]) => fingerprint(tree))).size === 1);
    return values.length < instances.length || !isOne ? undefined : new Map(values);
  };
};
