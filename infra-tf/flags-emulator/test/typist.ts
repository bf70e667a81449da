import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Topology } from '@flaghoist/core/topology';
import { documentedCommands, typeIn } from '@flaghoist/terraform/typed-commands';
import { readDefects } from '@flaghoist/test-kit/plan-differences';
import type { ProgramResult } from '@flaghoist/tools/run-program';
import { environment, home, standby } from './topology.ts';
import type { World } from './world.ts';

const repository = join(__dirname, '..', '..', '..');
const page = join(repository, 'docs', 'deploy.md');

/** What the page writes in the place of the reader's own. */
const own: readonly (readonly [RegExp, string])[] = [
  [/\b(?:dev|prod)\b/g, environment.name],
  [/\bSTANDBY\b/g, standby],
  [/\bHOME\b/g, home],
];

/** What the emulator does not keep, so that Terraform makes it anew, must be allowed by its part and address. */
const allowances = ({ regions }: Topology): string =>
  readDefects(join(__dirname, 'emulator-defects.yaml'))
    .filter(({ attribute }) => attribute === '(delete and create)')
    .flatMap(({ resource }) => {
      const stack = resource.startsWith('module.network.') ? 'region-foundation' : 'flags-region';
      return regions.map(({ name }) => ` --allow-replace '${stack} ${name}:${resource}'`);
    })
    .join('');

export interface Typed {
  /** One of hers, with which it is typed. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** The lines of the block that are typed, where not all are. */
  readonly only?: RegExp;
  /** What is written instead of words of the page, each of which must be there. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** Somebody who types the commands of docs/deploy.md, below their headings, in the world's checkout. */
export const typistOf = (world: World) => {
  const { deployment, directory, variables } = world;
  const programs = join(directory, 'programs');
  mkdirSync(programs);
  const pnpm = join(programs, 'pnpm');
  // A checkout of this test is not installed: what pnpm would find in it is the command line that was built.
  const hoist = `${process.execPath} ${join(repository, 'packages', 'cli', 'dist', 'hoist.mjs')}`;
  writeFileSync(
    pnpm,
    `#!/bin/sh\n[ "$1" = hoist ] || { echo "pnpm $1: not here" >&2; exit 64; }\nshift\nexec ${hoist} "$@"\n`,
  );
  chmodSync(pnpm, 0o755);

  const commandsOf = (heading: string, { only, instead = {} }: Typed): string => {
    const block = documentedCommands(page, heading);
    const chosen =
      only === undefined
        ? block
        : block
            .split('\n')
            .filter((line) => only.test(line))
            .join('\n');
    if (chosen.trim() === '') throw new Error(`${page} has no command like ${only} below "${heading}"`);
    const named = own.reduce((text, [word, name]) => text.replaceAll(word, name), chosen);
    const planned = `waves plan ${environment.name}`;
    const allowed = named.replaceAll(planned, `${planned}${allowances(world.topology)}`);
    return Object.entries(instead).reduce((text, [words, others]) => {
      if (!text.includes(words)) throw new Error(`${page} does not say ${words} below "${heading}"`);
      return text.replaceAll(words, others);
    }, allowed);
  };

  /** @throws Error with what was printed when a command fails */
  return async (heading: string, typed: Typed = {}): Promise<ProgramResult> => {
    const commands = commandsOf(heading, typed);
    const result = await typeIn(commands, {
      directory: deployment.checkout,
      machine: process.env,
      variables: {
        ...variables,
        PATH: [programs, process.env['PATH']].join(delimiter),
        TF_CLI_ARGS_plan: '-parallelism=60',
        TF_CLI_ARGS_apply: '-parallelism=60',
        TF_CLI_ARGS_destroy: '-auto-approve -parallelism=60',
        // hoist waves initialises anew, so there is nothing to copy.
        TF_CLI_ARGS_init: '-lockfile=readonly',
        ...typed.credentials,
      },
    });
    if (result.exitCode === 0) return result;
    throw new Error(`${commands}\nended with ${result.exitCode}:\n${result.stdout}${result.stderr}`);
  };
};

export type Typist = ReturnType<typeof typistOf>;
