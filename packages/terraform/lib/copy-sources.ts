import { cpSync } from 'node:fs';
import { basename } from 'node:path';

/** What was installed, built, initialised or applied in a checkout is no source. */
const LEFT_BEHIND = new Set(['.terraform', '.results', '.turbo', 'node_modules', 'dist']);

/**
 * Copies the Terraform sources, to be changed, initialised or planned elsewhere.
 * @param sources the folder `infra-tf/lib`
 * @param target is made when it does not exist
 */
export const copySources = (sources: string, target: string): void =>
  cpSync(sources, target, {
    recursive: true,
    filter: (path) => !LEFT_BEHIND.has(basename(path)) && !/\.tfstate(\.|$)/.test(path),
  });
