import { PlaceMissingError } from './errors.ts';

/** A place in a text: what is looked for, and what a reader calls it. */
export interface Place {
  readonly file: string;
  readonly pattern: RegExp;
  readonly called: string;
}

const lastMatch = (text: string, { file, pattern, called }: Place): RegExpExecArray => {
  const found = [...text.matchAll(pattern)].at(-1);
  if (found === undefined) throw new PlaceMissingError(file, called);
  return found;
};

/** Puts text behind the last match of a pattern, which has the flag `g`. @throws PlaceMissingError */
export const insertedAfter = (text: string, place: Place, added: string): string => {
  const found = lastMatch(text, place);
  const end = found.index + found[0].length;
  return text.slice(0, end) + added + text.slice(end);
};

/** Puts text before the last match of a pattern, which has the flag `g`. @throws PlaceMissingError */
export const insertedBefore = (text: string, place: Place, added: string): string => {
  const { index } = lastMatch(text, place);
  return text.slice(0, index) + added + text.slice(index);
};

/** Puts an import among those of a file, where the formatter would put it. @throws PlaceMissingError */
export const withImport = (text: string, file: string, line: string): string => {
  // Node's own modules, then packages, then files of the member.
  const pathIn = (statement: string): string => {
    const path = /from '([^']+)'/.exec(statement)?.[1] ?? '';
    return `${path.startsWith('node:') ? 0 : path.startsWith('.') ? 2 : 1}${path}`;
  };
  const imports = [...text.matchAll(/^import [^;]+;$/gm)];
  const next = imports.find(([statement]) => pathIn(statement) > pathIn(line));
  if (next !== undefined) return `${text.slice(0, next.index)}${line}\n${text.slice(next.index)}`;
  return insertedAfter(text, { file, pattern: /^import [^;]+;\n/gm, called: 'import' }, `${line}\n`);
};
