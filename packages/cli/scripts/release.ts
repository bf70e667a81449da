import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readLambdaJson } from '@flaghoist/lambda-build/build-lambda';
import { packagesOf } from '@flaghoist/lambda-build/bundled-packages';
import { licenseTexts } from '@flaghoist/lambda-build/license-texts';
import { type Artifact, billOf } from './bill.ts';
import { packHoist, version } from './hoist-tarball.ts';
import { committedIn, writeModuleArchives } from './module-archives.ts';

/** The files that a zip was bundled from, as its source map has them. */
const inputsOfMap = (dist: string, entryPoint: string): readonly string[] => {
  const { sources } = JSON.parse(readFileSync(join(dist, `${entryPoint}.js.map`), 'utf8')) as {
    sources: readonly string[];
  };
  return sources.map((source) => resolve(dist, source));
};

/** Copies the built zip of each entry point of each Lambda package; one that is not built is an error. */
const copyZips = async (root: string, folder: string): Promise<readonly Artifact[]> => {
  const lambdas = committedIn(root).flatMap((file) => /^(packages\/[^/]+)\/lambda\.json$/.exec(file)?.[1] ?? []);
  const copied = lambdas.map(async (lambda) => {
    const { entryPoints } = await readLambdaJson(join(root, lambda));
    const dist = join(root, lambda, 'dist');
    return Object.keys(entryPoints).map((entryPoint) => {
      const file = `${lambda.replace('packages/', 'lambda-')}.${entryPoint}-${version}.zip`;
      copyFileSync(join(dist, `${entryPoint}.zip`), join(folder, file));
      return { file, inputs: inputsOfMap(dist, entryPoint) };
    });
  });
  return (await Promise.all(copied)).flat();
};

const sha256Of = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * Writes all that a release consists of: the npm tarball of hoist, the Lambdas' zips, which must be built, an archive of each
 * Terraform module, the bill of materials, the licences of what is bundled, and the sums of all of them.
 *
 * @param folder is made anew
 * @param root of the repository, from which zips and modules are taken
 * @returns the names of the files in it
 */
export const writeRelease = async (folder: string, root: string): Promise<readonly string[]> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const artifacts = [
    await packHoist(folder),
    ...(await copyZips(root, folder)),
    ...writeModuleArchives(root, folder, version),
  ];
  const bundled = packagesOf(artifacts.flatMap(({ inputs = [] }) => inputs));
  writeFileSync(join(folder, `flaghoist-${version}.licenses.txt`), licenseTexts(bundled));
  const sums = new Map(artifacts.map(({ file }) => [file, sha256Of(join(folder, file))]));
  const bill = `${JSON.stringify(billOf(artifacts, { version, sums }), null, 2)}\n`;
  writeFileSync(join(folder, `flaghoist-${version}.cdx.json`), bill);

  const files = readdirSync(folder).sort();
  // As "sha256sum --check" reads them.
  const lines = files.map((file) => `${sha256Of(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
  return [...files, 'SHA256SUMS'];
};
