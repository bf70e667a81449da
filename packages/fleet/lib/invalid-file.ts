import { FlaghoistError } from '@flaghoist/core/errors';

/** Lines and columns begin with 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong in a file that people write. */
export interface Finding extends Position {
  /** The file's name, as the reader of an error knows it. */
  readonly file: string;
  /** What was found there and what was expected; a sentence without its full stop. */
  readonly problem: string;
  /** What to do about it, as an imperative sentence. */
  readonly remedy?: string;
}

const inOrder = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);

const lineOf = ({ file, line, column, problem, remedy }: Finding): string =>
  `${file}:${line}:${column}: ${problem}.${remedy === undefined ? '' : ` ${remedy}`}`;

/** Files that people write do not fit; `findings` names every place by line. */
export class InvalidFileError extends FlaghoistError {
  readonly code = 'FH_INVALID_FILE';
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[], hint: string, cause?: unknown) {
    const sorted = inOrder(findings);
    const lines = sorted.map(lineOf).join('\n');
    super(sorted.length > 1 ? `${sorted.length} places are wrong\n${lines}` : lines, { hint, retryable: false, cause });
    this.findings = sorted;
  }
}
