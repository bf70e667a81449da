import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import * as z from 'zod/mini';
import { type Locals, type Scope, scopesOf } from './origins.ts';
import { readPlan } from './plan.ts';
import { referencesInText } from './references.ts';

const fileSchema = z.looseObject({ locals: z.optional(z.array(z.record(z.string(), z.unknown()))) });

const localsIn = async (directory: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map<string, readonly string[]>();
  if (!existsSync(directory)) return found;
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.tf'))) {
    const { locals = [] } = fileSchema.parse(await parse(file, readFileSync(join(directory, file), 'utf8')));
    for (const block of locals) {
      for (const [name, expression] of Object.entries(block)) {
        found.set(name, [...new Set(referencesInText(JSON.stringify(expression)))]);
      }
    }
  }
  return found;
};

/**
 * Reads what the locals of each module refer to from its sources; plans do not have them.
 *
 * @param stackDirectory the root's folder; modules stand where their calls' relative sources say
 * @param planText a plan of it, of any environment
 * @throws {InvalidInputError} for a text that is no plan
 */
export const readLocals = async (stackDirectory: string, planText: string): Promise<Locals> => {
  const scopes = scopesOf(readPlan(planText, 'the plan'));
  const directories = new Map<Scope, string>();
  const read = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  const locals = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const scope of scopes) {
    const { caller } = scope;
    const directory =
      caller === undefined
        ? stackDirectory
        : join(directories.get(caller.scope) ?? stackDirectory, caller.call.source ?? '.');
    directories.set(scope, directory);
    const reading = read.get(directory) ?? localsIn(directory);
    read.set(directory, reading);
    locals.set(scope.path, await reading);
  }
  return locals;
};
