import { isObject } from '@flaghoist/core/json';
import { isTooDeep } from '@flaghoist/plan-reading/nesting';
import { identity, originalOf, type Tree } from '@flaghoist/plan-reading/tree';
import type { Step } from '../leaves.ts';
import type { Concern } from '../severity.ts';
import type { Change, Opening } from './opening.ts';
import { hasPrincipals, isForAll, isForAnybody, type Statement, statementsOf, uncovered } from './policy.ts';

interface Found {
  readonly statement: Statement;
  readonly paths: readonly (readonly Step[])[];
}

/** A policy as it stands in a text. Numbers of many digits keep a text from being opened; in a policy they are accounts and names. */
const documentOf = (tree: Tree): Tree | unknown => {
  if (tree.kind === 'json') return tree.content;
  if (tree.kind !== 'scalar' || typeof tree.raw !== 'string' || !/^\s*\{/.test(tree.raw) || isTooDeep(tree.raw))
    return undefined;
  try {
    return JSON.parse(tree.raw);
  } catch {
    return undefined;
  }
};

const isTree = (value: unknown): value is Tree => isObject(value) && 'kind' in value;

/** All statements of a resource, with the attribute that they are in. */
const statementsIn = (tree: Tree, path: readonly Step[]): readonly Found[] => {
  const document = documentOf(tree);
  if (document !== undefined) {
    const plain = isTree(document) ? originalOf(document) : document;
    const nested = isTree(document) && document.kind === 'map' ? document.entries.get('Statement') : undefined;
    const items = nested?.kind === 'list' ? nested.items : [];
    if (!isObject(plain) || plain['Statement'] === undefined) return [];
    return statementsOf(plain).flatMap((statement, index) => {
      if (statement === undefined) return [];
      const item = items[index];
      // Where a policy stands in an element, elements may have changed places.
      const isPlain = path.every((step) => 'name' in step) && item !== undefined;
      const below = [...path, { name: 'Statement' }];
      const paths = isPlain
        ? [
            [...below, { index }],
            [...below, { element: identity(item) }],
          ]
        : [path.slice(0, 1)];
      return [{ statement, paths }];
    });
  }
  switch (tree.kind) {
    case 'sensitive':
      return statementsIn(tree.content, path);
    case 'map':
      return [...tree.entries].flatMap(([name, each]) => statementsIn(each, [...path, { name }]));
    case 'list':
      return tree.items.flatMap((each, index) => statementsIn(each, [...path, { index }]));
    default:
      return [];
  }
};

const attributeOf = ({ paths }: Found): string => {
  const [step] = paths[0] ?? [];
  return step !== undefined && 'name' in step ? step.name : '';
};

const byAttribute = (found: readonly Found[]) => Map.groupBy(found, attributeOf);

/** What it means that a statement allows more than all before did. */
const concernOf = (atoms: readonly Statement[]): Concern => {
  if (atoms.some(isForAnybody)) return 'public access';
  return atoms.some((atom) => hasPrincipals(atom) || isForAll(atom)) ? 'wider access' : 'identity';
};

/**
 * Where policies let in more than before, judged by whole statements: those who may, what, on what, and under which conditions.
 * More is allowed where a statement allows what none did, and where a denial is gone or holds for less.
 */
export const policyOpenings = ({ type, before, after }: Change): readonly Opening[] => {
  const old = byAttribute(statementsIn(before, []));
  const recent = byAttribute(statementsIn(after, []));
  return [...new Set([...old.keys(), ...recent.keys()])].flatMap((attribute) => {
    const [former, later] = [old.get(attribute) ?? [], recent.get(attribute) ?? []];
    const some = (found: readonly Found[], allows: boolean) =>
      found.flatMap(({ statement }) => (statement.allows === allows ? [statement] : []));
    const [allowed, denied] = [some(former, true), some(later, false)];
    const allowsMore = later
      .filter(({ statement }) => statement.allows)
      .flatMap(({ statement, paths }): readonly Opening[] => {
        const atoms = uncovered(statement, allowed);
        return atoms.length === 0 ? [] : [{ concern: concernOf(atoms), paths }];
      });
    const deniesLess = former
      .filter(({ statement }) => !statement.allows && uncovered(statement, denied).length > 0)
      .map(
        ({ statement }): Opening => ({
          // An organisation's policy holds for everybody in its accounts.
          concern: hasPrincipals(statement) || type === 'aws_organizations_policy' ? 'wider access' : 'identity',
          paths: [[{ name: attribute }]],
        }),
      );
    return [...allowsMore, ...deniesLess];
  });
};
