import { createHash } from 'node:crypto';
import type { BuiltLambda } from './build-lambda.ts';

const largestShown = 5;

export interface Sizes {
  entryPoint: string;
  zipBytes: number;
  unzippedBytes: number;
  /** Base64, as Terraform's `source_code_hash` and Lambda's `CodeSha256` have it. */
  sha256: string;
  packages: string[];
  largestInputs: { path: string; bytes: number }[];
}

export const sizesOf = ({ entryPoint, zip, unzippedBytes, packages, inputs }: BuiltLambda): Sizes => ({
  entryPoint,
  zipBytes: zip.byteLength,
  unzippedBytes,
  sha256: createHash('sha256').update(zip).digest('base64'),
  packages,
  largestInputs: inputs.slice(0, largestShown).map(({ path, bytes }) => ({ path, bytes })),
});

/** One row per entry point, and below it what weighs most in it. */
export const sizesTable = (sizes: readonly Sizes[]): string => {
  const width = Math.max(...sizes.map(({ entryPoint }) => entryPoint.length), 'entry point'.length);
  const row = (name: string, zip: string, unzipped: string, rest: string) =>
    `${name.padEnd(width)}  ${zip.padStart(9)}  ${unzipped.padStart(9)}  ${rest}`.trimEnd();
  return [
    row('entry point', 'zip', 'unzipped', 'largest inputs (bytes)'),
    ...sizes.flatMap(({ entryPoint, zipBytes, unzippedBytes, largestInputs }) => {
      const [first = '', ...others] = largestInputs.map(({ path, bytes }) => `${bytes} ${path}`);
      return [
        row(entryPoint, `${zipBytes}`, `${unzippedBytes}`, first),
        ...others.map((line) => row('', '', '', line)),
      ];
    }),
  ].join('\n');
};
