import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const lambdaSchema = z.looseObject({ entryPoints: z.record(z.string(), z.unknown()) });

/**
 * A file in the place of each zip: a plan shows the hash of what is deployed, and must be the same whether or not somebody has
 * built it.
 *
 * @param packages the copied folder of packages
 */
export const standInZips = (packages: string): void => {
  if (!existsSync(packages)) return;
  for (const name of readdirSync(packages)) {
    const file = join(packages, name, 'lambda.json');
    if (!existsSync(file)) continue;
    const described = parseJson(lambdaSchema, readFileSync(file, 'utf8'), {
      what: file,
      hint: 'It names entryPoints.',
    });
    mkdirSync(join(packages, name, 'dist'), { recursive: true });
    for (const entryPoint of Object.keys(described.entryPoints)) {
      writeFileSync(join(packages, name, 'dist', `${entryPoint}.zip`), `${name} ${entryPoint}\n`);
    }
  }
};
