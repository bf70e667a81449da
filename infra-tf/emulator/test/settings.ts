import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkout } from './checkout.ts';

/** Runs what is typed without options: what the emulator lacks stands in a file that Terraform reads by itself. */
export const withEmulatorSettings = async <T>(checkout: Checkout, work: () => Promise<T>): Promise<T> => {
  const settings = join(checkout.stack('application'), 'emulator.auto.tfvars');
  copyFileSync(join(__dirname, 'emulator.tfvars'), settings);
  try {
    return await work();
  } finally {
    rmSync(settings);
  }
};
