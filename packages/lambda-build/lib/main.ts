#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { describeError } from '@flaghoist/core/describe-error';
import { buildPackage } from './build-package.ts';
import { sizesTable } from './sizes.ts';

const main = async (): Promise<void> => {
  try {
    console.log(sizesTable(await buildPackage(process.cwd())));
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
};

void main();
