import type { Tree } from '@flaghoist/plan-reading/tree';
import type { Values } from '../compare/difference.ts';
import type { Sources } from './read-sources.ts';

/** Names in braces, and neither expressions nor directives. */
const PLAIN_TEMPLATE = /^(?:[^$%]|[$%](?!\{)|\$\$\{|%%\{|\$\{\s*\w+\s*\})*$/;

const textsIn = (tree: Tree | undefined): readonly string[] => {
  if (tree?.kind === 'scalar') return typeof tree.raw === 'string' ? [tree.raw] : [];
  if (tree?.kind === 'map') return [...tree.entries.values()].flatMap(textsIn);
  return tree?.kind === 'list' ? tree.items.flatMap(textsIn) : [];
};

/**
 * Whether templates only put texts into their own, and decide nothing by what they say.
 *
 * @param paths of the templates, of all instances in all environments; `undefined` where nobody knows them
 */
export const onlyFillsIn = (paths: Values | undefined, fileAt: Sources['fileAt']): boolean => {
  const templates = (paths ?? []).flatMap(textsIn).map(fileAt);
  return templates.length > 0 && templates.every((each) => each !== undefined && PLAIN_TEMPLATE.test(each));
};
