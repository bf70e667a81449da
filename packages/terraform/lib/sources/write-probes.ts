import { rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROBE, PROBE_FILE, readSourceModules } from './modules.ts';
import { probesOf } from './probes.ts';

/**
 * Adds a resource to each module of a copied stack that holds the values of the module's expressions, so that a plan says
 * what a value that is known only after apply will be made of. It is a `terraform_data`, which needs no provider.
 *
 * @param without names of modules that get none: what stands in a stack dozens of times takes minutes and gigabytes with them
 * @returns takes the files away
 */
export const writeProbes = async (stackDirectory: string, without: readonly string[] = []): Promise<() => void> => {
  const files: string[] = [];
  for (const [folder, module] of await readSourceModules(stackDirectory)) {
    if (without.includes(basename(folder))) continue;
    const probes = probesOf(module);
    if (probes.size === 0) continue;
    const file = join(stackDirectory, folder, PROBE_FILE);
    const input = Object.fromEntries([...probes].map(([id, text]) => [id, `\${${text}}`]));
    writeFileSync(file, JSON.stringify({ resource: { terraform_data: { [PROBE]: { input } } } }, null, 1));
    files.push(file);
  }
  return () => {
    for (const file of files) rmSync(file, { force: true });
  };
};
