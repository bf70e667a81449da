import { memberOf } from '@flaghoist/core/json';
import { parseAddress } from '@flaghoist/plan-reading/address';
import { type Normalise, normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { isNothing, mapOf, scalar, type Tree } from '@flaghoist/plan-reading/tree';
import { withoutDerived } from '../model/derived.ts';
import type { Instance, Model } from '../model/model.ts';
import { CHOSEN, toldTwiceIn } from './chosen-attributes.ts';
import { createIdLabels } from './made-ids.ts';
import type { StateOf } from './read-state.ts';

/** What stands for a value that AWS chose. */
const BY_AWS = scalar('(chosen by AWS)');

/** Providers use null, an empty text, list and map interchangeably for what is not set, and change their mind at a refresh. */
const withoutNothing = (tree: Tree): Tree => {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(withoutNothing) };
  if (tree.kind !== 'map') return tree;
  const entries = [...tree.entries].filter(([, each]) => !isNothing(each));
  return { ...tree, entries: new Map(entries.map(([key, each]) => [key, withoutNothing(each)])) };
};

/** A value with what AWS chose replaced. @param chosen the rest of the path of each such part */
const withoutChosen = (tree: Tree, chosen: readonly string[]): Tree => {
  if (chosen.includes('')) return BY_AWS;
  if (chosen.length === 0) return tree;
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((each) => withoutChosen(each, chosen)) };
  if (tree.kind !== 'map') return tree;
  const below = (key: string): readonly string[] =>
    chosen.flatMap((path) => {
      const [first, ...rest] = path.split('.');
      return first === key ? [rest.join('.')] : [];
    });
  return { ...tree, entries: new Map([...tree.entries].map(([key, each]) => [key, withoutChosen(each, below(key))])) };
};

const comparable = (type: string, tree: Tree, types: ReadonlySet<string>): Tree => {
  const brief = withoutNothing(tree);
  if (brief.kind !== 'map') return brief;
  const twice = toldTwiceIn(type, types);
  const entries = new Map([...brief.entries].filter(([key]) => !twice.includes(key)));
  return withoutChosen({ ...brief, entries }, CHOSEN[type] ?? []);
};

/**
 * Everything comparable in what is applied in one environment.
 *
 * @param types of the resources of all environments
 */
export const createStateModel = (state: StateOf, normalise: Normalise, types: ReadonlySet<string>): Model => {
  const all = state.resources.map((each) => ({ ...each, values: withoutDerived(each.type, each.values) }));
  const labels = createIdLabels(all, normalise);
  const labelled: Normalise = Object.assign((text: string) => normalise(labels(text)), {
    literal: (text: string) => normalise.literal?.(labels(text)) ?? labels(text),
  });
  const resources = new Map<string, Instance[]>();
  for (const { address, type, values, sensitive_values: sensitive, tainted } of all) {
    const { group, keys } = parseAddress(address);
    const meanings = keys.map((key) => (typeof key === 'string' ? labelled(key) : key));
    const value = comparable(type, normaliseValue(values, { sensitive }, labelled), types);
    const tree = mapOf([
      ...(value.kind === 'map' ? value.entries : [['#value', value] as const]),
      // The next apply replaces it.
      ...(tainted === true ? [['#tainted', scalar(true)] as const] : []),
    ]);
    resources.set(group, [...(resources.get(group) ?? []), { keys, meanings, tree }]);
  }
  const outputs = Object.entries(state.outputs).map(([name, output]): [string, Tree] => [
    `output.${name}`,
    normaliseValue(memberOf(output, 'value'), { sensitive: memberOf(output, 'sensitive') }, labelled),
  ]);
  return { resources, settings: new Map([['state.terraform_version', scalar(state.terraformVersion)], ...outputs]) };
};
