import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuiltLambda, buildLambda, readLambdaJson } from './build-lambda.ts';
import { type Sizes, sizesOf } from './sizes.ts';

/**
 * Builds every entry point into the package's `dist/`: `<entry point>.zip`, `<entry point>.js.map`, and `sizes.json`.
 * Replaces what was there, so that the zip of an entry point that is gone does not stay; writes nothing when one fails.
 */
export const buildPackage = async (packageDirectory: string): Promise<Sizes[]> => {
  const { entryPoints } = await readLambdaJson(packageDirectory);
  const built: BuiltLambda[] = [];
  for (const entryPoint of Object.keys(entryPoints).sort()) {
    built.push(await buildLambda({ packageDirectory, entryPoint }));
  }

  const dist = join(packageDirectory, 'dist');
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  for (const { entryPoint, zip, sourceMap } of built) {
    await writeFile(join(dist, `${entryPoint}.zip`), zip);
    await writeFile(join(dist, `${entryPoint}.js.map`), sourceMap);
  }
  const sizes = built.map(sizesOf);
  await writeFile(join(dist, 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
  return sizes;
};
