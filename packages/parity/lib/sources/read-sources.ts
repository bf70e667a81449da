import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { isObject } from '@flaghoist/core/json';
import { readCompletePlan } from '@flaghoist/plan-reading/plan';
import * as z from 'zod/mini';
import { type Locals, type Scope, scopesOf } from './origins.ts';
import { referencesInText } from './references.ts';

/** What plans do not say of the sources that they were made from. */
export interface Sources {
  readonly locals: Locals;
  /** The texts, expressions and keys of each file, without prose. The file is named from the stack's folder. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

const fileSchema = z.looseObject({ locals: z.optional(z.array(z.record(z.string(), z.unknown()))) });

/** Arguments that people read. */
const PROSE = new Set(['description', 'error_message']);

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => (PROSE.has(key) ? [] : [key, ...textsIn(each)]));
};

interface Folder {
  readonly locals: ReadonlyMap<string, readonly string[]>;
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

const readFolder = async (stackDirectory: string, folder: string): Promise<Folder> => {
  const locals = new Map<string, readonly string[]>();
  const texts = new Map<string, readonly string[]>();
  const directory = join(stackDirectory, folder);
  const files = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.tf')) : [];
  for (const name of files) {
    const parsed = fileSchema.parse(await parse(name, readFileSync(join(directory, name), 'utf8')));
    texts.set(join(folder, name), textsIn(parsed));
    for (const [local, expression] of (parsed.locals ?? []).flatMap((block) => Object.entries(block))) {
      locals.set(local, [...new Set(referencesInText(JSON.stringify(expression)))]);
    }
  }
  return { locals, texts };
};

/**
 * Reads the sources of a stack and of all modules that it calls.
 *
 * @param stackDirectory the root's folder; modules stand where their calls' relative sources say
 * @param planText a plan of it, of any environment
 * @throws {InvalidInputError} for a text that is no plan
 */
export const readSources = async (stackDirectory: string, planText: string): Promise<Sources> => {
  const folders = new Map<Scope, string>();
  const read = new Map<string, Promise<Folder>>();
  const locals = new Map<string, ReadonlyMap<string, readonly string[]>>();
  const texts = new Map<string, readonly string[]>();
  for (const scope of scopesOf(readCompletePlan(planText, 'the plan'))) {
    const { caller } = scope;
    const folder =
      caller === undefined ? '.' : normalize(join(folders.get(caller.scope) ?? '.', caller.call.source ?? '.'));
    folders.set(scope, folder);
    const reading = read.get(folder) ?? readFolder(stackDirectory, folder);
    read.set(folder, reading);
    const { locals: own, texts: found } = await reading;
    locals.set(scope.path, own);
    for (const [file, each] of found) texts.set(file, each);
  }
  return { locals, texts };
};
