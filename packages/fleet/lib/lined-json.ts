import { type AnyNode, type MemberNode, parse } from '@humanwhocodes/momoa';
import { InvalidFileError, type Position } from './invalid-file.ts';
import type { LinedText, Path } from './lined-text.ts';

const START: Position = { line: 1, column: 1 };
const HINT = 'Correct the file at the named place.';

/**
 * Reads JSON strictly: a name that an object has twice is refused, because readers differ in which of the two they take.
 *
 * @param file its name, as the reader of an error knows it
 * @throws InvalidFileError naming line and column
 */
export const readLinedJson = (file: string, text: string): LinedText => {
  if (text.startsWith('\uFEFF')) {
    const problem = 'the file begins with a byte order mark, which JSON does not have';
    throw new InvalidFileError([{ file, ...START, problem, remedy: 'Save it as UTF-8 without one.' }], HINT);
  }
  const value = parsed(file, text);
  const root = tree(file, text);
  refuseDoubles(file, root);
  return {
    text,
    value,
    positionOf: (path) => startOf(follow(root, path)),
    positionOfName: (path) => startOf(memberAt(root, path) ?? follow(root, path)),
  };
};

const parsed = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The tree's parser names line and column, the engine's does not.
    tree(file, text);
    throw new InvalidFileError([{ file, ...START, problem: messageOf(error) }], HINT, error);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const tree = (file: string, text: string): AnyNode => {
  try {
    return parse(text, { mode: 'json' }).body;
  } catch (error) {
    const deep = error instanceof RangeError;
    const at = deep ? START : { ...START, ...positionIn(error) };
    // The parser's message ends with the place, which stands before it already.
    const message = messageOf(error).replace(/ found\.?( \(\d+:\d+\))?$/, '');
    const problem = deep ? 'it nests too deep' : `this is not JSON: ${message.replace(/^U/, 'u')}`;
    const remedy = deep ? 'Take levels away.' : wayOut(message);
    throw new InvalidFileError([{ file, ...at, problem, remedy }], HINT, error);
  }
};

/** What most often leads to what the parser found, which knows what it did not expect and not what is meant. */
const wayOut = (found: string): string => {
  if (found.startsWith('Unexpected end')) return 'Close every bracket and text that is open.';
  if (/^Unexpected token (RBrace|RBracket|Comma|Colon)/.test(found)) {
    return 'Take away the comma before it, or write the value that is missing there.';
  }
  if (found.startsWith('Unexpected token')) return 'Write the comma or colon that is missing before it.';
  return 'Write texts and names in double quotes, and no comments.';
};

const positionIn = (error: unknown): Partial<Position> => {
  const [, line, column] = /\((\d+):(\d+)\)/.exec(messageOf(error)) ?? [];
  return line === undefined || column === undefined ? {} : { line: Number(line), column: Number(column) };
};

const refuseDoubles = (file: string, root: AnyNode): void => {
  const doubles = [];
  const pending: AnyNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'Array') pending.push(...node.elements.map((element) => element.value));
    if (node.type !== 'Object') continue;
    const seen = new Map<string, Position>();
    for (const member of node.members) {
      const name = nameOf(member.name);
      const first = seen.get(name);
      if (first !== undefined) {
        const problem = `the name ${JSON.stringify(name)} is there twice, first at line ${first.line}`;
        doubles.push({ file, ...startOf(member), problem, remedy: 'Keep one of the two.' });
      }
      seen.set(name, first ?? startOf(member));
      pending.push(member.value);
    }
  }
  if (doubles.length > 0) throw new InvalidFileError(doubles, HINT);
};

const nameOf = (node: AnyNode): string =>
  node.type === 'String' ? node.value : node.type === 'Identifier' ? node.name : '';

const follow = (root: AnyNode, path: Path): AnyNode => {
  let node = root;
  for (const part of path) {
    const below = memberOf(node, part)?.value ?? elementOf(node, part);
    if (below === undefined) break;
    node = below;
  }
  return node;
};

const memberAt = (root: AnyNode, path: Path): MemberNode | undefined => {
  const last = path.at(-1);
  return last === undefined ? undefined : memberOf(follow(root, path.slice(0, -1)), last);
};

const memberOf = (node: AnyNode, part: PropertyKey): MemberNode | undefined =>
  // Who asks may name places in well-formed Unicode only.
  node.type === 'Object'
    ? node.members.find(({ name }) => nameOf(name).toWellFormed() === String(part).toWellFormed())
    : undefined;

const elementOf = (node: AnyNode, part: PropertyKey): AnyNode | undefined =>
  node.type === 'Array' ? node.elements[Number(part)]?.value : undefined;

const startOf = ({ loc }: AnyNode): Position =>
  loc === undefined ? START : { line: loc.start.line, column: loc.start.column };
