import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Kind, readChecked } from './read-file.ts';
import { readText } from './read-text.ts';

const region = z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region, for example "eu-west-1"'));

export const environmentSchema = z.object({
  name: z.string().check(z.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens')),
  /** Where it is deployed; the home region of its flags. */
  region,
  /** Where backups, secrets and evidence are copied to. */
  replicaRegion: region,
  /** The regions of its flags, of those in topology.json: home (region), standby (replicaRegion) and others. Left out: all of them. */
  regions: z.optional(z.array(region)),
  account: z.string().check(z.regex(/^\d{12}$/, 'must be the 12 digits of an account')),
  /** The environment whose outputs this one reads; its changes have been there first. Null for the first. */
  upstream: z.nullable(z.string()),
});

const environmentsSchema = z.object({
  /** In the order in which a change passes them. */
  environments: z.array(environmentSchema).check(z.minLength(1)),
});

export type Environment = z.infer<typeof environmentSchema>;

const missingHomes = (environment: Environment | undefined): readonly string[] =>
  [environment?.region, environment?.replicaRegion].flatMap((each) =>
    each === undefined || (environment?.regions ?? [each]).includes(each) ? [] : [each],
  );

/** `environments.json`: all environments, in the order in which a change passes them. */
export const environmentsKind: Kind<typeof environmentsSchema> = {
  schema: environmentsSchema,
  format: 'json',
  hint: 'Correct the named places. Each entry has name, region, replicaRegion, account and upstream (null for the first).',
  contradictions: ({ environments }) =>
    environments.flatMap(({ name, region: home, replicaRegion, account, upstream }, index) => {
      const before = environments.slice(0, index).map((each) => each.name);
      const neighbour = environments.slice(0, index).find((each) => each.account === account && each.name !== name);
      const at = (member: string) => ['environments', index, member];
      return [
        ...(before.includes(name)
          ? [{ path: at('name'), problem: `the environment ${name} is there twice`, remedy: 'Name each once.' }]
          : []),
        ...(home === replicaRegion
          ? [
              {
                path: at('replicaRegion'),
                problem: `region and replicaRegion of ${name} are both ${home}`,
                remedy: 'Copies must survive the loss of the region: name another one.',
              },
            ]
          : []),
        ...missingHomes(environments[index]).map((missing) => ({
          path: at('regions'),
          problem: `regions of ${name} lack ${missing}, which is home or standby of its flags`,
          remedy: 'Name region and replicaRegion too, or leave regions out for all of topology.json.',
        })),
        ...(neighbour === undefined
          ? []
          : [
              {
                path: at('account'),
                problem: `${name} is in account ${account}, as ${neighbour.name} is: states lie below the account's number, so each could write the other's`,
                remedy: 'Give each an account of its own.',
              },
            ]),
        ...(upstream !== null && !before.includes(upstream)
          ? [
              {
                path: at('upstream'),
                problem: `no environment ${JSON.stringify(upstream)} stands before ${name}`,
                remedy: 'Name one that stands before it, or null.',
              },
            ]
          : []),
      ];
    }),
};

/** The folder `fleet/` of the checkout whose folder `infra-tf/lib` this is. */
export const fleetBeside = (sources: string): string => join(sources, '..', '..', 'fleet');

/**
 * Reads `environments.json`: all environments, in the order in which a change passes them.
 *
 * @param folder `fleet/`
 * @throws InvalidFileError naming each wrong place
 */
export const readEnvironments = (folder: string): readonly Environment[] => {
  const file = join(folder, 'environments.json');
  return readChecked(environmentsKind, file, readText(file, file)).value.environments;
};
