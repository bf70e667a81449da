import { type BundledPackage, packagesOf } from '@flaghoist/lambda-build/bundled-packages';

/** One file of a release. */
export interface Artifact {
  readonly file: string;
  /** The files that it was bundled from, absolute; absent where nothing was bundled. */
  readonly inputs?: readonly string[];
}

const licensesOf = (license: unknown): object => {
  if (typeof license !== 'string') return {};
  // npm's words for "not one of SPDX".
  return { licenses: [license.startsWith('SEE ') ? { license: { name: license } } : { expression: license }] };
};

const componentOf = ({ purl, name, version, license }: BundledPackage) => ({
  type: 'library',
  'bom-ref': purl,
  name,
  version,
  purl,
  ...licensesOf(license),
});

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
  const dependencies = artifacts.flatMap(({ file, inputs }) =>
    inputs === undefined ? [] : [{ ref: file, dependsOn: packagesOf(inputs).map(({ purl }) => purl) }],
  );
  const libraries = packagesOf(artifacts.flatMap(({ inputs = [] }) => inputs));
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
      ...libraries.map(componentOf),
    ],
    dependencies: [{ ref: 'flaghoist', dependsOn: artifacts.map(({ file }) => file) }, ...dependencies],
  };
};
