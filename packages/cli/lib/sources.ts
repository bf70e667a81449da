import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import { fleetBeside } from '@flaghoist/fleet/environments';
import { wrongOption } from './wrong-use.ts';

const SOURCES = join('infra-tf', 'lib');
const ENVIRONMENTS = 'environments.json';

const areSources = (folder: string): boolean => existsSync(join(fleetBeside(folder), ENVIRONMENTS));

/**
 * The folder `infra-tf/lib`: the one named, or that of the checkout in which the user stands.
 *
 * @throws {InvalidInputError} when there is none
 */
export const findSources = (named: string | undefined, from: string): string => {
  if (named !== undefined) {
    if (areSources(resolve(named))) return resolve(named);
    throw new InvalidInputError(
      '--sources',
      [`there is no ${join('fleet', ENVIRONMENTS)} in the checkout of ${named}`],
      `Name the folder ${SOURCES} of a checkout.`,
    );
  }
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (areSources(join(folder, SOURCES))) return join(folder, SOURCES);
    if (folder === dirname(folder)) break;
  }
  throw new InvalidInputError(
    resolve(from),
    [`there is no ${join('fleet', ENVIRONMENTS)} in it or above it`],
    `Run hoist inside a checkout, or name the folder ${SOURCES} with --sources.`,
  );
};

/**
 * The folder of a stack.
 *
 * @throws {WrongUseError} when the sources have no such stack
 */
export const findStack = (sources: string, stack: string): string => {
  const stacks = join(sources, 'stacks');
  const names = existsSync(stacks) ? readdirSync(stacks) : [];
  if (names.includes(stack)) return join(stacks, stack);
  throw wrongOption('--stack', `there is no ${stack} in ${stacks}`, `Name one of: ${names.join(', ')}.`);
};
