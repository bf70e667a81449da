import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '@flaghoist/core/describe-error';
import { readFleet } from '../lib/fleet.ts';
import { withAllReleased } from '../lib/released-policies.ts';
import { documentsOf } from './documents.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'fleet');

const usage = `Usage: pnpm fleet [--release]

Checks all files of fleet/, and writes those that follow from them: the schemas for editors, and the policies that the
functions carry.

  --release  also pins all policies in fleet/policies/released.json: from then on none of them may change
  --help     shows this

Exit codes: 0 all fits, 1 something does not, 64 wrong use.`;

const check = (release: boolean): void => {
  const fleet = readFleet(folder, readdirSync(join(root, 'infra-tf', 'lib', 'stacks')));
  const { topology, environments, policies } = fleet;
  const { regions, services } = topology.value;
  const written = {
    ...documentsOf(root),
    ...(release ? { 'policies/released.json': withAllReleased(fleet) } : {}),
  };
  for (const [file, content] of Object.entries(written)) {
    const path = join(folder, file);
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
    writeFileSync(path, content);
    console.log(`fleet/${file} written; commit it with your change`);
  }
  const order = environments.value.environments.map(({ name }) => name);
  console.log(
    `fleet/ fits: ${order.length} environments (${order.join(', ')}), ${regions.length} regions, ${services.length} services, ${policies.size} policies`,
  );
};

const optionsIn = (args: string[]): { readonly release?: boolean; readonly help?: boolean } | undefined => {
  try {
    return parseArgs({ args, options: { release: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch {
    return undefined;
  }
};

const args = process.argv.slice(2);
const options = optionsIn(args);
if (options === undefined) {
  console.error(`pnpm fleet does not take ${args.join(' ')}; it takes --release or nothing.\n\n${usage}`);
  process.exitCode = 64;
} else if (options.help === true) {
  console.log(usage);
} else {
  try {
    check(options.release === true);
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
