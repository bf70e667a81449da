import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '@flaghoist/core/describe-error';
import { readFleet } from '../lib/fleet.ts';
import { withAllReleased } from '../lib/released-policies.ts';
import { documentsOf } from './documents.ts';

/*
 * pnpm fleet: checks all files of fleet/, and writes those that follow from them: the schemas for editors, and the policies
 * that the functions carry. With --release it also pins all policies, which may not change from then on.
 */

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'fleet');

try {
  const fleet = readFleet(folder);
  const { topology, environments, policies } = fleet;
  const { regions, services } = topology.value;
  const written = {
    ...documentsOf(root),
    ...(process.argv.includes('--release') ? { 'policies/released.json': withAllReleased(fleet) } : {}),
  };
  for (const [file, content] of Object.entries(written)) {
    const path = join(folder, file);
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
    writeFileSync(path, content);
    console.log(`fleet/${file} written; commit it with your change`);
  }
  console.log(
    `fleet/ fits: ${environments.value.environments.length} environments, ${regions.length} regions, ${services.length} services, ${policies.size} policies`,
  );
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
