import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What was installed, built, initialised or tested in a checkout decides no plan. */
const NO_SOURCE = new Set(['.terraform', '.results', '.turbo', 'node_modules', 'dist', 'test', 'README.md']);

const filesBelow = (folder: string, passes: (path: string) => boolean): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (!passes(path)) return [];
        return entry.isDirectory() ? filesBelow(path, passes) : entry.isFile() ? [path] : [];
      })
    : [];

/** Bundles, data and descriptions of the functions: all that Terraform reads of the packages. */
const readOfPackages = (packages: string): readonly string[] =>
  (existsSync(packages) ? readdirSync(packages) : []).flatMap((name) => [
    ...filesBelow(join(packages, name, 'dist'), (path) => path.endsWith('.zip')),
    ...filesBelow(join(packages, name, 'lib'), (path) => path.endsWith('.json')),
    ...[join(packages, name, 'lambda.json')].filter((path) => existsSync(path)),
  ]);

/**
 * A digest over all that plans are made of: the Terraform sources, `fleet/`, and what Terraform reads of the packages. Bundles are
 * uploaded when a plan is applied, so they have to be those that it was made with.
 *
 * @param sources the folder `infra-tf/lib`
 */
export const sourcesDigest = (sources: string): string => {
  const root = join(sources, '..', '..');
  const passes = (path: string): boolean => !NO_SOURCE.has(basename(path)) && !/\.(tfstate|tfplan)(\.|$)/.test(path);
  const hash = createHash('sha256');
  const files = [
    ...filesBelow(sources, passes),
    ...filesBelow(join(root, 'fleet'), passes),
    ...readOfPackages(join(root, 'packages')),
  ];
  for (const file of files.sort()) {
    const text = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
};
