import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import * as z from 'zod/mini';

/** Of a file of a package in pnpm's store: the folder of the package. */
const packageFolder = /^(?<folder>.*\/node_modules\/\.pnpm\/[^/]+\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;

const person = z.union([z.string(), z.object({ name: z.string() })]);
const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.optional(z.unknown()),
  author: z.optional(person),
});

/** A package of which something is in a bundle, as its package.json says. */
export interface BundledPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** By https://github.com/package-url/purl-spec. */
  readonly purl: string;
  readonly license: unknown;
  readonly author: string | undefined;
}

const readPackage = (folder: string): BundledPackage => {
  const found: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license, author } = z.parse(manifestSchema, found);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return { folder, name, version, purl, license, author: typeof author === 'object' ? author.name : author };
};

/**
 * The files of which something is left in a bundle, absolute.
 *
 * @param folder in which it was bundled
 */
export const inputsOf = ({ outputs }: Metafile, folder: string): readonly string[] =>
  Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([input]) => resolve(folder, input));

/**
 * The packages that files belong to, each once, by name.
 *
 * @param inputs absolute; those of this repository belong to none
 */
export const packagesOf = (inputs: readonly string[]): readonly BundledPackage[] => {
  const folders = new Set(inputs.flatMap((input) => packageFolder.exec(input)?.groups?.['folder'] ?? []));
  // pnpm has a package once for each set of its peers.
  const packages = new Map([...folders].map(readPackage).map((each) => [each.purl, each]));
  return [...packages.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
};
