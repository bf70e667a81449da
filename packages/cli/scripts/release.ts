import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readLambdaJson } from '@flaghoist/lambda-build/build-lambda';
import { inputsOf, packagesOf } from '@flaghoist/lambda-build/bundled-packages';
import { licenseTexts } from '@flaghoist/lambda-build/license-texts';
import { reproducibleZip } from '@flaghoist/lambda-build/zip';
import { type Artifact, billOf } from './bill.ts';
import { packHoist, version } from './hoist-tarball.ts';
import { committedIn, writeModuleArchives } from './module-archives.ts';

/** The files that a bundle was made from, as its source map has them. */
const inputsOfMap = (map: string): readonly string[] => {
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: readonly string[] };
  return sources.map((source) => resolve(dirname(map), source));
};

/** The files that a member's program was made from, as esbuild has told its build. */
const inputsOfProgram = (member: string): readonly string[] =>
  inputsOf(JSON.parse(readFileSync(join(member, 'dist', 'meta.json'), 'utf8')), member);

/** The folders of the packages that have a file committed. */
const packagesWith = (root: string, file: string): readonly string[] =>
  committedIn(root)
    .filter((committed) => committed.startsWith('packages/') && committed.split('/').slice(2).join('/') === file)
    .map((committed) => committed.slice(0, -file.length - 1));

/** Copies the built zip of each entry point of each Lambda package; one that is not built is an error. */
const copyZips = async (root: string, folder: string): Promise<readonly Artifact[]> => {
  const copied = packagesWith(root, 'lambda.json').map(async (lambda) => {
    const { entryPoints } = await readLambdaJson(join(root, lambda));
    const dist = join(root, lambda, 'dist');
    return Object.keys(entryPoints).map((entryPoint) => {
      const file = `${lambda.replace('packages/', 'lambda-')}.${entryPoint}-${version}.zip`;
      copyFileSync(join(dist, `${entryPoint}.zip`), join(folder, file));
      return { file, inputs: inputsOfMap(join(dist, `${entryPoint}.js.map`)) };
    });
  });
  return (await Promise.all(copied)).flat();
};

/** Writes for each Dockerfile what `docker build` needs: it, and the built files that it copies. */
const writeImageContexts = (root: string, folder: string): readonly Artifact[] =>
  packagesWith(root, 'Dockerfile').map((built) => {
    const dockerfile = readFileSync(join(root, built, 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, sources = '']) => sources.split(' '));
    const contents = ['Dockerfile', ...copied].map((path) => [path, readFileSync(join(root, built, path))] as const);
    const file = `${built.replace('packages/', 'image-')}-${version}.zip`;
    writeFileSync(join(folder, file), reproducibleZip(Object.fromEntries(contents)));
    return { file, inputs: inputsOfProgram(join(root, built)) };
  });

/** Copies the built npm tarball of each package that packs one. */
const copyTarballs = (root: string, folder: string): readonly Artifact[] =>
  packagesWith(root, 'scripts/pack.ts').map((packed) => {
    const own = JSON.parse(readFileSync(join(root, packed, 'package.json'), 'utf8')) as Record<string, string>;
    const file = `${own['name']?.slice(1).replace('/', '-')}-${own['version']}.tgz`;
    copyFileSync(join(root, packed, 'dist', file), join(folder, file));
    return { file, inputs: inputsOfProgram(join(root, packed)) };
  });

const sha256Of = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * Writes all that a release consists of: the npm tarballs of hoist and of the provider, the Lambdas' zips and what images are made
 * of, all of which must be built, an archive of each Terraform module, the bill of materials, the licences of what is bundled, and the sums of all of them.
 *
 * @param folder is made anew
 * @param root of the repository, from which all but hoist is taken
 * @returns the names of the files in it
 */
export const writeRelease = async (folder: string, root: string): Promise<readonly string[]> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const artifacts = [
    await packHoist(folder),
    ...copyTarballs(root, folder),
    ...(await copyZips(root, folder)),
    ...writeImageContexts(root, folder),
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
