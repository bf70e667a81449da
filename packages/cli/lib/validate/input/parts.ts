import { parseJsonText } from '@flaghoist/core/json';
import { InvalidFileError, type Position } from '@flaghoist/fleet/invalid-file';
import { readLinedJson } from '@flaghoist/fleet/lined-json';
import { readLinedYamls } from '@flaghoist/fleet/lined-yaml';
import { pointerTo } from '@flaghoist/rules/pointer';
import { parse } from '@humanwhocodes/momoa';
import { JsonOutline } from './json-outline.ts';

/** One document of a file. JSON has one, YAML may have several. */
export interface Part {
  /** The file, as its user calls it. */
  readonly file: string;
  readonly value: unknown;
  /** The document as JSON, untouched where the file is JSON. */
  readonly text: string;
  /** Where a JSON Pointer leads: the value, or what of the way to it exists. */
  positionOf(pointer: string): Position;
  /** JSON Pointers to texts, or members whose names are such, that readers of YAML 1.1 take for true or false. */
  readonly booleansOfYaml11?: () => readonly string[];
}

const pathOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** By its name, or, where that does not tell, by its first letter. */
const isYaml = (file: string, text: string): boolean =>
  /\.ya?ml$/i.test(file) || (!/\.json$/i.test(file) && !/^\s*[[{]/.test(text) && text.trim() !== '');

/** @throws InvalidFileError naming line and column */
export const partsOf = (file: string, text: string): readonly Part[] =>
  isYaml(file, text) ? yamlParts(file, text) : [jsonPart(file, text)];

const yamlParts = (file: string, text: string): readonly Part[] =>
  readLinedYamls(file, text).map(({ value, positionOf, booleansOfYaml11 }) => ({
    file,
    value,
    text: JSON.stringify(value),
    positionOf: (pointer) => positionOf(pathOf(pointer)),
    booleansOfYaml11: () => booleansOfYaml11().map((path) => pointerTo(...path.map(String))),
  }));

const jsonPart = (file: string, text: string): Part => {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch (error) {
    refuseComments(file, text);
    // Names line and column, and a way out.
    readLinedJson(file, text);
    throw error;
  }
  const outline = new JsonOutline(file, text);
  return { file, value, text, positionOf: (pointer) => outline.positionOf(pathOf(pointer)) };
};

/** JSON with comments or trailing commas is a language of some editors, and flagd does not read it. */
const refuseComments = (file: string, text: string): void => {
  let comment: Position | undefined;
  try {
    const { tokens = [] } = parse(text, { mode: 'jsonc', allowTrailingCommas: true, tokens: true });
    comment = tokens.find(({ type }) => type.endsWith('Comment'))?.loc.start;
  } catch {
    // It has other faults, which are told instead.
    return;
  }
  const at = comment === undefined ? firstTrailingComma(file, text) : { line: comment.line, column: comment.column };
  const found = comment === undefined ? 'a trailing comma' : 'a comment';
  const problem = `there is ${found}, which JSON does not have and flagd does not read`;
  const remedy = 'Take them away, write comments into metadata, or write the file as YAML.';
  throw new InvalidFileError([{ file, ...at, problem, remedy }], 'Correct the file at the named place.');
};

/** The comma is the last thing before the bracket at which a strict reader stumbles. */
const firstTrailingComma = (file: string, text: string): Position => {
  try {
    readLinedJson(file, text);
  } catch (error) {
    const [{ line, column } = START] = error instanceof InvalidFileError ? error.findings : [];
    const lines = text.split('\n').slice(0, line);
    const before = [...lines.slice(0, -1), (lines.at(-1) ?? '').slice(0, column - 1)].join('\n').trimEnd();
    const last = before.slice(0, -1).split('\n');
    return { line: last.length, column: (last.at(-1) ?? '').length + 1 };
  }
  return START;
};

const START: Position = { line: 1, column: 1 };
