import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const region = z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region, for example "eu-west-1"'));

const environmentSchema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens')),
  region,
  /** Where backups, secrets and evidence are copied to. */
  replicaRegion: region,
  account: z.string().check(z.regex(/^\d{12}$/, 'must be the 12 digits of an account')),
  /** The environment whose outputs this one reads; its changes have been there first. */
  upstream: z.nullable(z.string()),
});

const environmentsSchema = z.strictObject({ environments: z.array(environmentSchema).check(z.minLength(1)) });

export type Environment = z.infer<typeof environmentSchema>;

const problemsIn = (environments: readonly Environment[]): string[] =>
  environments.flatMap(({ name, region: home, replicaRegion, upstream }, index) => {
    const before = environments.slice(0, index).map((each) => each.name);
    return [
      ...(before.includes(name) ? [`${name}: stands there twice`] : []),
      ...(home === replicaRegion ? [`${name}: region and replicaRegion are both ${home}`] : []),
      ...(upstream !== null && !before.includes(upstream)
        ? [`${name}: its upstream "${upstream}" must stand before it`]
        : []),
    ];
  });

/**
 * Reads `environments.json`: all environments, in the order in which a change passes them.
 * @param sources the folder `infra-tf/lib`
 * @throws {InvalidInputError} that names each wrong place
 */
export const readEnvironments = (sources: string): readonly Environment[] => {
  const file = join(sources, 'environments.json');
  const hint = `Correct ${file}. Each entry has name, region, replicaRegion, account and upstream (null for the first).`;
  const { environments } = parseJson(environmentsSchema, readFileSync(file, 'utf8'), {
    what: 'environments.json',
    hint,
  });
  const problems = problemsIn(environments);
  if (problems.length > 0) throw new InvalidInputError('environments.json', problems, hint);
  return environments;
};
