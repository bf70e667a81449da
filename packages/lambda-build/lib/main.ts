#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { buildPackage } from './build-package.ts';
import { isExplained } from './errors.ts';
import { sizesTable } from './sizes.ts';

const main = async (): Promise<void> => {
  try {
    console.log(sizesTable(await buildPackage(process.cwd())));
  } catch (error) {
    if (!isExplained(error)) throw error;
    console.error(`${error.code}: ${error.message}\nHint: ${error.hint}`);
    process.exitCode = 1;
  }
};

void main();
