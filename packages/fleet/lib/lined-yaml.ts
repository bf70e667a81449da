import { isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { InvalidFileError, type Position } from './invalid-file.ts';
import type { LinedText, Path } from './lined-text.ts';

/**
 * Reads YAML strictly: a name that a mapping has twice is refused, and so are names that are no text.
 *
 * @param file its name, as the reader of an error knows it
 * @throws InvalidFileError naming line and column
 */
export const readLinedYaml = (file: string, text: string): LinedText => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const findings = document.errors.map(({ code, pos, message }) => ({
      file,
      ...at(pos[0]),
      problem: code === 'DUPLICATE_KEY' ? 'the name is there twice' : messageOf(message),
      ...(code === 'DUPLICATE_KEY' ? { remedy: 'Keep one of the two.' } : {}),
    }));
    throw new InvalidFileError(findings, 'Correct the YAML at the named line.');
  }
  const startOf = (node: unknown): Position | undefined => (isNode(node) && node.range ? at(node.range[0]) : undefined);
  const nodeAt = (path: Path): unknown => (path.length === 0 ? document.contents : document.getIn(path, true));
  const positionOf = (path: Path): Position =>
    startOf(nodeAt(path)) ?? (path.length === 0 ? { line: 1, column: 1 } : positionOf(path.slice(0, -1)));
  const positionOfName = (path: Path): Position =>
    startOf(nameIn(nodeAt(path.slice(0, -1)), path.at(-1))) ?? positionOf(path);
  return { text, value: document.toJS(), positionOf, positionOfName };
};

/** The first line, without the place that the parser adds. */
const messageOf = (message: string): string => (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, '');

const nameIn = (node: unknown, name: PropertyKey | undefined): Node | undefined => {
  if (!isMap(node)) return undefined;
  const found = node.items.find(({ key }) => isScalar(key) && key.value === name);
  return isNode(found?.key) ? found.key : undefined;
};
