import { InvalidInputError } from '@flaghoist/core/errors';
import { type AnyNode, parse } from '@humanwhocodes/momoa';

/** Lines and columns begin with 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const START: Position = { line: 1, column: 1 };

/** A JSON file whose values can be found again in its text. */
export interface JsonFile {
  readonly text: string;
  readonly value: unknown;
  /** Where a JSON Pointer leads: the value, or what of the way to it exists. */
  positionOf(pointer: string): Position;
}

/**
 * Reads JSON strictly: a name that an object has twice is refused, because readers differ in which of the two they take.
 *
 * @throws InvalidInputError naming line and column
 */
export const readJsonFile = (name: string, text: string): JsonFile => {
  const value = parsed(name, text);
  const root = tree(name, text);
  refuseDoubles(name, root);
  return { text, value, positionOf: (pointer) => startOf(follow(root, partsOf(pointer.toWellFormed()))) };
};

const hint = 'Correct the file at the named place.';

const parsed = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The tree's parser names line and column, the engine's does not.
    tree(name, text);
    throw new InvalidInputError(name, [error instanceof Error ? error.message : String(error)], hint, error);
  }
};

const tree = (name: string, text: string): AnyNode => {
  try {
    return parse(text, { mode: 'json' }).body;
  } catch (error) {
    const why =
      error instanceof RangeError ? 'it nests too deep' : String(error instanceof Error ? error.message : error);
    throw new InvalidInputError(name, [why], hint, error);
  }
};

const refuseDoubles = (name: string, root: AnyNode): void => {
  const pending: AnyNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'Array') pending.push(...node.elements.map((element) => element.value));
    if (node.type !== 'Object') continue;
    const seen = new Set<string>();
    for (const member of node.members) {
      const key = nameOf(member.name);
      if (seen.has(key)) {
        const { line, column } = member.loc.start;
        throw new InvalidInputError(name, [`${line}:${column} the name ${JSON.stringify(key)} is there twice`], hint);
      }
      seen.add(key);
      pending.push(member.value);
    }
  }
};

const nameOf = (node: AnyNode): string =>
  node.type === 'String' ? node.value : node.type === 'Identifier' ? node.name : '';

const partsOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const follow = (root: AnyNode, parts: readonly string[]): AnyNode => {
  let node = root;
  for (const part of parts) {
    const below = childOf(node, part);
    if (below === undefined) break;
    node = below;
  }
  return node;
};

const childOf = (node: AnyNode, part: string): AnyNode | undefined => {
  // Violations name places in well-formed Unicode only.
  if (node.type === 'Object') return node.members.find(({ name }) => nameOf(name).toWellFormed() === part)?.value;
  return node.type === 'Array' ? node.elements[Number(part)]?.value : undefined;
};

const startOf = ({ loc }: AnyNode): Position =>
  loc === undefined ? START : { line: loc.start.line, column: loc.start.column };
