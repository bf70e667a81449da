import { InvalidInputError } from '@flaghoist/core/errors';
import { isNode, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

z.config(en());

interface LinedYaml<T> {
  readonly value: T;
  /** The line, from 1, on which a value stands, or what of the way to it exists. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/**
 * Reads YAML against a schema.
 *
 * @param file its name, as the reader of an error knows it
 * @throws {InvalidInputError} naming the line of everything that does not fit
 */
export const readLinedYaml = <T extends z.ZodMiniType>(
  schema: T,
  text: string,
  { file, hint }: { readonly file: string; readonly hint: string },
): LinedYaml<z.output<T>> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, stringKeys: true });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    const places = document.errors.map(({ pos, message }) => `line ${lineAt(pos[0])}: ${message.split('\n')[0]}`);
    throw new InvalidInputError(file, places, 'Correct the YAML at the named line.');
  }
  const lineOf = (path: readonly PropertyKey[]): number => {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node) && node.range) return lineAt(node.range[0]);
    return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
  };
  const result = z.safeParse(schema, document.toJS());
  if (result.success) return { value: result.data, lineOf };
  const places = result.error.issues.map(
    ({ path, message }) => `line ${lineOf(path)}: ${path.map(String).join('.') || 'the file'}: ${message}`,
  );
  throw new InvalidInputError(file, places, hint);
};
