import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fleetBeside } from '@flaghoist/fleet/environments';

/** What was installed, built, initialised or applied in a checkout is no source. */
const LEFT_BEHIND = new Set(['.terraform', '.results', '.turbo', 'node_modules', 'dist']);

/**
 * Copies the Terraform sources, and the folder `fleet/` that they read, to be changed, initialised or planned elsewhere.
 * @param sources the folder `infra-tf/lib`
 * @param target where the copy of the checkout begins; is made when it does not exist
 * @returns the copied `infra-tf/lib`
 */
export const copySources = (sources: string, target: string): string => {
  const copy = join(target, 'infra-tf', 'lib');
  cpSync(fleetBeside(sources), fleetBeside(copy), { recursive: true });
  cpSync(sources, copy, {
    recursive: true,
    filter: (path) => !LEFT_BEHIND.has(basename(path)) && !/\.tfstate(\.|$)/.test(path),
  });
  return copy;
};
