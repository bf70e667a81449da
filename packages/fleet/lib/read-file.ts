import { otherThan } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { brokenEncoding, halfCharacters } from './broken-text.ts';
import { type Finding, InvalidFileError, type Position } from './invalid-file.ts';
import { readLinedJson } from './lined-json.ts';
import type { LinedText, Path } from './lined-text.ts';
import { readLinedYaml } from './lined-yaml.ts';
import { problemsOf } from './schema-problems.ts';
import { isMisspelt, type Problem, unknownMembers } from './unknown-members.ts';

/** What a kind of file must be. */
export interface Kind<T extends z.ZodMiniType> {
  readonly schema: T;
  readonly format: 'json' | 'yaml';
  /** What to do about a file that does not fit, as an imperative sentence. */
  readonly hint: string;
  /** What a schema cannot say: values that do not go together. */
  readonly contradictions?: (value: z.output<T>) => readonly Problem[];
}

/** A file that fits, and where things stand in it. */
export interface CheckedFile<V> {
  readonly file: string;
  readonly text: string;
  readonly value: V;
  readonly positionOf: (path: Path) => Position;
}

/**
 * Reads one file of `fleet/`, or one of its kind.
 *
 * @param file its name, as the reader of an error knows it
 * @throws InvalidFileError naming every place that does not fit by line and column
 */
export const readChecked = <T extends z.ZodMiniType>(
  { schema, format, hint, contradictions = () => [] }: Kind<T>,
  file: string,
  text: string,
): CheckedFile<z.output<T>> => {
  const broken = brokenEncoding(file, text);
  if (broken !== undefined) throw new InvalidFileError([broken], hint);
  const lined = format === 'yaml' ? readLinedYaml(file, text) : readLinedJson(file, text);
  const halves = halfCharacters(lined.value);
  if (halves.length > 0) {
    throw new InvalidFileError(
      halves.map((half) => findingOf(half, file, lined)),
      hint,
    );
  }
  const result = z.safeParse(schema, lined.value);
  const unknown = unknownMembers(schema, lined.value);
  const other = result.success ? undefined : otherThan(schema, lined.value);
  // A file with one member may have it misspelt.
  if (other !== undefined && !unknown.some(isMisspelt))
    throw new InvalidFileError([{ file, line: 1, column: 1, problem: other }], hint);
  const problems = [
    ...unknown,
    ...(result.success ? contradictions(result.data) : problemsOf(result.error.issues, lined.value)),
  ];
  if (result.success && problems.length === 0) {
    return { file, text, value: result.data, positionOf: lined.positionOf };
  }
  throw new InvalidFileError(
    problems.map((problem) => findingOf(problem, file, lined)),
    hint,
  );
};

const findingOf = ({ path, problem, remedy, ofName }: Problem, file: string, lined: LinedText): Finding => ({
  file,
  ...(ofName === true ? lined.positionOfName(path) : lined.positionOf(path)),
  problem,
  ...(remedy === undefined ? {} : { remedy }),
});
