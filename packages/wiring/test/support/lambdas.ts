import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readLambdaJson } from '@flaghoist/lambda-build/build-lambda';
import type { Functions } from '../../lib/function-problems.ts';

export const root = join(__dirname, '..', '..', '..', '..');
const packages = join(root, 'packages');

/** All entry points of all Lambda packages, as their `lambda.json` have them. */
export const readFunctions = async (): Promise<Functions> => {
  const members = readdirSync(packages).filter((folder) => existsSync(join(packages, folder, 'lambda.json')));
  const entries = await Promise.all(
    members.map(async (member) => {
      const { entryPoints } = await readLambdaJson(join(packages, member));
      return Object.entries(entryPoints).map(([name, facts]) => [`${member}.${name}`, facts] as const);
    }),
  );
  return Object.fromEntries(entries.flat());
};
