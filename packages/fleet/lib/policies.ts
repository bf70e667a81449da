import { InvalidInputError } from '@flaghoist/core/errors';
import { own } from '@flaghoist/core/json';
import { type Directory, parseDirectory } from '@flaghoist/rules/directory';
import { type Policy, readPolicy } from '@flaghoist/rules/policy';
import { readWaivers, type Waiver } from '@flaghoist/rules/waivers';
import environments from '../../../fleet/environments.json' with { type: 'json' };
import people from '../../../fleet/people.json' with { type: 'json' };
import files from '../../../fleet/policies/policies.json' with { type: 'json' };
import waivers from '../../../fleet/waivers.json' with { type: 'json' };

/*
 * What the functions carry of fleet/, by value: a bundle has what was reviewed with its release, and reads nothing later.
 */

/**
 * A policy of this release by its file's name without `.json`, such as `default.v1`. Each version is a file of its own that
 * stays as it is, so that environments can move to a newer one at different times, with the same function.
 *
 * @throws InvalidInputError when there is none, naming those there are; and when its file does not fit
 */
export const policyNamed = (name: string): Policy => {
  const content = own(files, name);
  if (content !== undefined) return readPolicy(content);
  throw new InvalidInputError(
    'name of a policy',
    [`there is no ${JSON.stringify(name)}; this release has ${Object.keys(files).join(', ')}`],
    'Name one of these, or add the file to fleet/policies and run "pnpm fleet".',
  );
};

/** The waivers of fleet/waivers.json. @throws InvalidInputError */
export const bundledWaivers = (): readonly Waiver[] => readWaivers(waivers);

/** The people of fleet/people.json. @throws InvalidInputError */
export const bundledDirectory = (): Directory => parseDirectory(JSON.stringify(people));

/** The names in fleet/environments.json, in their order. */
export const bundledEnvironments = (): readonly string[] => environments.environments.map(({ name }) => name);
