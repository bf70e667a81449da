import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFleet } from '../lib/fleet.ts';
import { InvalidFileError } from '../lib/invalid-file.ts';
import { documentsOf } from './documents.ts';

/*
 * pnpm fleet: checks all files of fleet/, and writes those that follow from them: the schemas for editors, and the policies
 * that the functions carry.
 */

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'fleet');

try {
  const { topology, environments, policies } = readFleet(folder);
  const { regions, services } = topology.value;
  for (const [file, content] of Object.entries(documentsOf(root))) {
    const path = join(folder, file);
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
    writeFileSync(path, content);
    console.log(`fleet/${file} written; commit it with your change`);
  }
  console.log(
    `fleet/ fits: ${environments.value.environments.length} environments, ${regions.length} regions, ${services.length} services, ${policies.size} policies`,
  );
} catch (error) {
  if (!(error instanceof InvalidFileError)) throw error;
  console.error(`error ${error.code}:\n${error.message}\nhint: ${error.hint}`);
  process.exitCode = 1;
}
