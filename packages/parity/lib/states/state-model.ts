import { memberOf } from '@flaghoist/core/json';
import { parseAddress } from '@flaghoist/plan-reading/address';
import { type Normalise, normaliseValue } from '@flaghoist/plan-reading/normalise-value';
import { isNothing, mapOf, scalar, type Tree } from '@flaghoist/plan-reading/tree';
import type { Instance, Model } from '../model/model.ts';
import { CHOSEN, TOLD_TWICE } from './chosen-attributes.ts';
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

const comparable = (type: string, tree: Tree): Tree => {
  const brief = withoutNothing(tree);
  if (brief.kind !== 'map') return brief;
  const [chosen, twice] = [CHOSEN[type] ?? [], TOLD_TWICE[type] ?? []];
  const entries = [...brief.entries].filter(([key]) => !twice.includes(key));
  return { ...brief, entries: new Map(entries.map(([key, each]) => [key, chosen.includes(key) ? BY_AWS : each])) };
};

/** Everything comparable in what is applied in one environment. */
export const createStateModel = (state: StateOf, normalise: Normalise): Model => {
  const labels = createIdLabels(state.resources, normalise);
  const all: Normalise = Object.assign((text: string) => normalise(labels(text)), {
    literal: (text: string) => normalise.literal?.(labels(text)) ?? labels(text),
  });
  const resources = new Map<string, Instance[]>();
  for (const { address, type, values, sensitive_values: sensitive } of state.resources) {
    const { group, keys } = parseAddress(address);
    const meanings = keys.map((key) => (typeof key === 'string' ? all(key) : key));
    const value = comparable(type, normaliseValue(values, { sensitive }, all));
    const tree = value.kind === 'map' ? value : mapOf([['#value', value]]);
    resources.set(group, [...(resources.get(group) ?? []), { keys, meanings, tree }]);
  }
  const outputs = Object.entries(state.outputs).map(([name, output]): [string, Tree] => [
    `output.${name}`,
    normaliseValue(memberOf(output, 'value'), { sensitive: memberOf(output, 'sensitive') }, all),
  ]);
  return { resources, settings: new Map([['state.terraform_version', scalar(state.terraformVersion)], ...outputs]) };
};
