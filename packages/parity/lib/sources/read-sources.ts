import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isObject } from '@flaghoist/core/json';
import type { SourceModule } from '@flaghoist/terraform/sources/module';
import { readSourceModules } from '@flaghoist/terraform/sources/modules';

/** What plans do not say of the sources that they were made from. */
export interface Sources {
  /** The stack's own sources (`.`) and those of all modules that it calls, by their folder from there. */
  readonly modules: ReadonlyMap<string, SourceModule>;
  /** The texts, expressions and keys of each file, without prose. The file is named from the stack's folder. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** The text of a file, by its path as Terraform has it in the stack's folder; `undefined` where there is none. */
  readonly fileAt: (path: string) => string | undefined;
}

/** Arguments that people read. */
const PROSE = new Set(['description', 'error_message']);

/**
 * @param countsKeys whether keys are somebody's words, as those of a map are. Those of a block are its provider's or Terraform's,
 *   and its labels name nothing but itself.
 */
const textsIn = (value: unknown, countsKeys: boolean, inBody: boolean): readonly string[] => {
  if (typeof value === 'string') return [value];
  // A block is an element of a list, whatever is in it.
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(each, false, true));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    PROSE.has(key) ? [] : [...(countsKeys ? [key] : []), ...textsIn(each, inBody, inBody)],
  );
};

/**
 * Reads the sources of a stack and of all modules that it calls.
 *
 * @param stackDirectory the root's folder; modules stand where their calls' relative sources say
 */
export const readSources = async (stackDirectory: string): Promise<Sources> => {
  const modules = await readSourceModules(stackDirectory);
  const texts = [...modules].flatMap(([folder, { files }]) =>
    [...files].map(([name, file]) => [join(folder, name), textsIn(file, false, false)] as const),
  );
  const fileAt = (path: string): string | undefined => {
    const file = resolve(stackDirectory, path);
    try {
      return statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
    } catch {
      // Not there, or no path at all: a text may only look like one.
      return undefined;
    }
  };
  return { modules, texts: new Map(texts), fileAt };
};
