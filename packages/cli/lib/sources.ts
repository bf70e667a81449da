import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';

const SOURCES = join('infra-tf', 'lib');
const ENVIRONMENTS = 'environments.json';

/**
 * The folder `infra-tf/lib`: the one named, or that of the checkout in which the user stands.
 *
 * @throws {InvalidInputError} when there is none
 */
export const findSources = (named: string | undefined, from: string): string => {
  if (named !== undefined) {
    if (existsSync(join(named, ENVIRONMENTS))) return resolve(named);
    throw new InvalidInputError('--sources', [`${named} has no ${ENVIRONMENTS}`], `Name the folder ${SOURCES}.`);
  }
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, SOURCES, ENVIRONMENTS))) return join(folder, SOURCES);
    if (folder === dirname(folder)) break;
  }
  throw new InvalidInputError(
    from,
    [`there is no ${join(SOURCES, ENVIRONMENTS)} in it or above it`],
    `Run hoist inside a checkout, or name the folder ${SOURCES} with --sources.`,
  );
};

/**
 * The folder of a stack.
 *
 * @throws {InvalidInputError} when the sources have no such stack
 */
export const findStack = (sources: string, stack: string): string => {
  const stacks = join(sources, 'stacks');
  const names = existsSync(stacks) ? readdirSync(stacks) : [];
  if (names.includes(stack)) return join(stacks, stack);
  throw new InvalidInputError('--stack', [`there is no ${stack} in ${stacks}`], `Name one of: ${names.join(', ')}.`);
};
