import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

/** One file of a release. */
export interface Artifact {
  readonly file: string;
  /** The files that it was bundled from, absolute; absent where nothing was bundled. */
  readonly inputs?: readonly string[];
}

/** Of a file of a package in pnpm's store: the folder of the package. */
const packageFolder = /^(?<folder>.*\/node_modules\/\.pnpm\/[^/]+\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.optional(z.unknown()) });

const licensesOf = (license: unknown): object => {
  if (typeof license !== 'string') return {};
  // npm's words for "not one of SPDX".
  return { licenses: [license.startsWith('SEE ') ? { license: { name: license } } : { expression: license }] };
};

/** A package as a component of CycloneDX, by its folder. */
const componentOf = (folder: string) => {
  const found: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = z.parse(manifestSchema, found);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { type: 'library', 'bom-ref': purl, name, version, purl, ...licensesOf(license) };
};

/**
 * The bill of materials of a release, in CycloneDX 1.6: its files, and of those that were bundled the packages of which something
 * is in them.
 *
 * @param sums of each file its SHA-256, in hex
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export const billOf = (
  artifacts: readonly Artifact[],
  { version, sums }: { readonly version: string; readonly sums: ReadonlyMap<string, string> },
): object => {
  const packages = new Map<string, ReturnType<typeof componentOf>>();
  const refOf = (folder: string): string => {
    const component = packages.get(folder) ?? componentOf(folder);
    packages.set(folder, component);
    return component['bom-ref'];
  };
  const dependencies = artifacts.flatMap(({ file, inputs }) => {
    if (inputs === undefined) return [];
    const folders = new Set(inputs.flatMap((input) => packageFolder.exec(input)?.groups?.['folder'] ?? []));
    return [{ ref: file, dependsOn: [...new Set([...folders].map(refOf))].sort() }];
  });
  const libraries = new Map([...packages.values()].map((component) => [component.purl, component]));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': 'flaghoist', name: 'flaghoist', version } },
    components: [
      ...artifacts.map(({ file, inputs }) => ({
        type: inputs === undefined ? 'file' : 'application',
        'bom-ref': file,
        name: file,
        version,
        hashes: [{ alg: 'SHA-256', content: sums.get(file) }],
      })),
      ...[...libraries.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1)),
    ],
    dependencies: [{ ref: 'flaghoist', dependsOn: artifacts.map(({ file }) => file) }, ...dependencies],
  };
};
