import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { bundle } from './bundle.ts';
import { type BundleInput, inputsOf, packagesOf } from './contents.ts';
import { LambdaJsonError, UnknownEntryPointError } from './errors.ts';
import { exportOf, type LambdaJson, parseLambdaJson } from './lambda-json.ts';
import { reproducibleZip } from './zip.ts';

export interface BuiltLambda {
  entryPoint: string;
  zip: Uint8Array;
  sourceMap: Uint8Array;
  /** Of index.js, the one file in the zip. */
  unzippedBytes: number;
  inputs: BundleInput[];
  packages: string[];
}

/** @throws LambdaJsonError also when there is no such file */
export const readLambdaJson = async (packageDirectory: string): Promise<LambdaJson> => {
  const file = `${basename(resolve(packageDirectory))}/lambda.json`;
  let text: string;
  try {
    text = await readFile(join(packageDirectory, 'lambda.json'), 'utf8');
  } catch (cause) {
    throw new LambdaJsonError(file, [{ path: '(file)', message: 'cannot be read' }], cause);
  }
  return parseLambdaJson(text, file);
};

/**
 * Builds one entry point of a Lambda package in memory.
 * @throws LambdaJsonError, UnknownEntryPointError, BundleError
 */
export const buildLambda = async ({
  packageDirectory,
  entryPoint,
}: {
  packageDirectory: string;
  entryPoint: string;
}): Promise<BuiltLambda> => {
  const { entryPoints } = await readLambdaJson(packageDirectory);
  const declared = entryPoints[entryPoint];
  if (declared === undefined) throw new UnknownEntryPointError(entryPoint, Object.keys(entryPoints));

  const directory = resolve(packageDirectory);
  const { code, sourceMap, metafile } = await bundle(directory, entryPoint, exportOf(declared.handler));
  const inputs = inputsOf(metafile, basename(directory));
  return {
    entryPoint,
    zip: reproducibleZip({ 'index.js': code }),
    sourceMap,
    unzippedBytes: code.byteLength,
    inputs,
    packages: packagesOf(inputs),
  };
};
