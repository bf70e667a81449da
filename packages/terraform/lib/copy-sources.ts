import { cpSync, existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fleetBeside } from '@flaghoist/fleet/environments';

/** What was installed, built, initialised or applied in a checkout is no source. */
const LEFT_BEHIND = new Set(['.terraform', '.results', '.turbo', 'node_modules', 'dist']);

/** Plans, policies, workflows and descriptions of functions: Terraform reads the packages' JSON, and nothing else of them. */
const copyData = (from: string, to: string): void => {
  if (!existsSync(from)) return;
  for (const name of readdirSync(from)) {
    const [lib, description] = [join(from, name, 'lib'), join(from, name, 'lambda.json')];
    if (existsSync(description)) cpSync(description, join(to, name, 'lambda.json'));
    const data = existsSync(lib) ? readdirSync(lib).filter((file) => file.endsWith('.json')) : [];
    for (const file of data) cpSync(join(lib, file), join(to, name, 'lib', file));
  }
};

/**
 * Copies the Terraform sources, and what they read (the folder `fleet/`, data of the packages), to be changed, initialised or
 * planned elsewhere.
 * @param sources the folder `infra-tf/lib`
 * @param target where the copy of the checkout begins; is made when it does not exist
 * @returns the copied `infra-tf/lib`
 */
export const copySources = (sources: string, target: string): string => {
  const copy = join(target, 'infra-tf', 'lib');
  copyData(join(sources, '..', '..', 'packages'), join(target, 'packages'));
  cpSync(fleetBeside(sources), fleetBeside(copy), { recursive: true });
  cpSync(sources, copy, {
    recursive: true,
    filter: (path) => !LEFT_BEHIND.has(basename(path)) && !/\.tfstate(\.|$)/.test(path),
  });
  return copy;
};
