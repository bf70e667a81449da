import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { planOffline, prepareOffline } from './plan-offline.ts';
import type { Terraform } from './terraform.ts';
import { oneOfEach, workspacesOf } from './workspaces.ts';

/**
 * Plans a stack in every environment without a network, one after the other, into `dist/plan/<workspace>.json`. Of a stack
 * that each region has once, home, its standby and one other region of each environment are planned.
 * @param stackDirectory for example `infra-tf/lib/stacks/application`
 */
export const planAll = async (
  terraform: Terraform,
  stackDirectory: string,
  print: (line: string) => void,
): Promise<void> => {
  const sources = dirname(dirname(stackDirectory));
  const stack = basename(stackDirectory);
  const workDirectory = join(tmpdir(), `flaghoist-plan-${process.pid}`);
  const target = join(stackDirectory, 'dist', 'plan');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  try {
    print(`preparing ${stack}: its providers, and sources without a backend …`);
    const prepared = await prepareOffline(terraform, { sources, stack, workDirectory });
    for (const environment of readEnvironments(fleetBeside(sources))) {
      for (const workspace of oneOfEach(workspacesOf(stackDirectory, environment, fleetBeside(sources)))) {
        print(`planning ${stack} in ${workspace.name} …`);
        writeFileSync(join(target, `${workspace.name}.json`), await planOffline(terraform, prepared, workspace));
        print(`planned ${stack} in ${workspace.name}`);
      }
    }
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
};
