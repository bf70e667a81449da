import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  parseDocument,
  visit,
} from 'yaml';
import { type Finding, InvalidFileError, type Position } from './invalid-file.ts';
import type { LinedText, Path } from './lined-text.ts';

const HINT = 'Correct the YAML at the named line.';

export interface LinedYaml extends LinedText {
  /** Where texts without quotes stand, as values or as names of members, that readers of YAML 1.1 take for true or false. */
  booleansOfYaml11(): readonly Path[];
}

/**
 * Reads YAML strictly: a name that a mapping has twice is refused, and so are names that are no text, and aliases that lead
 * nowhere, in a circle, or to more than anybody has written.
 *
 * @param file its name, as the reader of an error knows it
 * @throws InvalidFileError naming line and column
 */
export const readLinedYaml = (file: string, text: string): LinedText => {
  const lineCounter = new LineCounter();
  return lined(file, text, parseDocument(text, { lineCounter, ...strictly }), lineCounter);
};

/**
 * The same for a file of several documents, with `---` between them. Empty ones are left out.
 *
 * @throws InvalidFileError naming line and column
 */
export const readLinedYamls = (file: string, text: string): readonly LinedYaml[] => {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, ...strictly });
  if (!Array.isArray(documents)) return [];
  return documents
    .filter(({ contents, errors }) => !isEmpty(contents) || errors.length > 0)
    .map((document) => lined(file, text, document, lineCounter));
};

/** Nothing, or nothing but comments between two `---`. */
const isEmpty = (contents: unknown): boolean =>
  contents === null || (isScalar(contents) && contents.value === null && contents.source === '');

const strictly = { uniqueKeys: true, stringKeys: true } as const;

const lined = (file: string, text: string, document: Document, lines: LineCounter): LinedYaml => {
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
    throw new InvalidFileError(findings, HINT);
  }
  const aliases = aliasProblems(document).map(({ offset, ...problem }) => ({ file, ...at(offset), ...problem }));
  if (aliases.length > 0) throw new InvalidFileError(aliases, HINT);
  const startOf = (node: unknown): Position | undefined => (isNode(node) && node.range ? at(node.range[0]) : undefined);
  const nodeAt = (path: Path): unknown => (path.length === 0 ? document.contents : document.getIn(path, true));
  const positionOf = (path: Path): Position =>
    startOf(nodeAt(path)) ?? (path.length === 0 ? { line: 1, column: 1 } : positionOf(path.slice(0, -1)));
  const positionOfName = (path: Path): Position =>
    startOf(nameIn(nodeAt(path.slice(0, -1)), path.at(-1))) ?? positionOf(path);
  const booleansOfYaml11 = (): readonly Path[] => booleansIn(document.contents, []);
  return { text, value: read(document, file), positionOf, positionOfName, booleansOfYaml11 };
};

/** True and false themselves are no texts in either version. */
const isBooleanOfYaml11 = (node: unknown): boolean =>
  isScalar(node) &&
  node.type === 'PLAIN' &&
  typeof node.value === 'string' &&
  /^(?:y|yes|n|no|on|off)$/i.test(node.value);

const booleansIn = (node: unknown, path: Path): readonly Path[] => {
  if (isSeq(node)) return node.items.flatMap((item, index) => booleansIn(item, [...path, index]));
  if (!isMap(node)) return isBooleanOfYaml11(node) ? [path] : [];
  return node.items.flatMap(({ key, value }) => {
    const at = [...path, String(isScalar(key) ? key.value : key)];
    return isBooleanOfYaml11(key) ? [at] : booleansIn(value, at);
  });
};

type AliasProblem = Pick<Finding, 'problem' | 'remedy'> & { readonly offset: number };

const aliasProblems = (document: Document): readonly AliasProblem[] => {
  const problems: AliasProblem[] = [];
  visit(document, {
    Alias(_key, alias, above) {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      const remedy = 'Write the value itself.';
      if (target === undefined) {
        problems.push({ offset, problem: `no anchor &${alias.source} stands before its alias`, remedy });
      } else if (above.includes(target)) {
        problems.push({ offset, problem: `the alias *${alias.source} stands in what it is an alias of`, remedy });
      }
    },
  });
  return problems;
};

const read = (document: Document, file: string): unknown => {
  try {
    return document.toJS();
  } catch (error) {
    // The parser counts what the aliases of aliases stand for, and gives up.
    const problem = 'its aliases stand for too many values';
    throw new InvalidFileError(
      [{ file, line: 1, column: 1, problem, remedy: 'Write the values themselves.' }],
      HINT,
      error,
    );
  }
};

/** The first line, without the place that the parser adds. */
const messageOf = (message: string): string =>
  message.startsWith('Maximum call stack')
    ? 'it nests too deep'
    : (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, '');

const nameIn = (node: unknown, name: PropertyKey | undefined): Node | undefined => {
  if (!isMap(node)) return undefined;
  const found = node.items.find(({ key }) => isScalar(key) && key.value === name);
  return isNode(found?.key) ? found.key : undefined;
};
