import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, fleetBeside } from '@flaghoist/fleet/environments';
import { type Workspace, workspacesOf } from '@flaghoist/terraform/workspaces';
import * as z from 'zod/mini';
import { type StackName, stackNames } from './contract.ts';
import { readHcl } from './hcl.ts';
import type { StatePlace } from './read-outputs.ts';

const text = z.string().check(z.minLength(1));

/** What `environments/<environment>.s3.tfbackend` may say, as the stack state-backend prints it, or as an emulator needs it. */
const backendSchema = z.strictObject({
  bucket: text,
  region: text,
  workspace_key_prefix: z._default(text, 'env:'),
  assume_role: z.optional(z.strictObject({ role_arn: text, external_id: z.optional(text) })),
  endpoints: z.optional(
    z.strictObject({ s3: z.optional(text), sts: z.optional(text), dynamodb: z.optional(text), iam: z.optional(text) }),
  ),
  use_path_style: z.optional(z.boolean()),
  skip_credentials_validation: z.optional(z.boolean()),
  skip_metadata_api_check: z.optional(z.boolean()),
  skip_region_validation: z.optional(z.boolean()),
  skip_requesting_account_id: z.optional(z.boolean()),
  // For who writes: readers take no lock.
  dynamodb_table: z.optional(text),
  encrypt: z.optional(z.boolean()),
  use_lockfile: z.optional(z.boolean()),
});

export type Backend = z.output<typeof backendSchema>;

const versionsSchema = z.looseObject({
  terraform: z.tuple([z.looseObject({ backend: z.looseObject({ s3: z.tuple([z.looseObject({ key: text })]) }) })]),
});

/** Where one state lies. */
export interface StateAddress extends StatePlace {
  readonly stack: StackName;
  readonly region: string;
  readonly part: Workspace['part'];
  readonly backend: Backend;
}

/** The role that only reads is the right one; where there is none yet, the one that deploys reads as well. */
const backendFile = (stackDirectory: string, environment: string): string => {
  const file = (kind: string): string => join(stackDirectory, 'environments', `${environment}.${kind}.tfbackend`);
  return existsSync(file('drift')) ? file('drift') : file('s3');
};

/**
 * The states of an environment, one stack after the other, home first.
 *
 * @param sources the folder `infra-tf/lib`
 * @throws {InvalidInputError, InvalidFileError} naming the file that does not say where a state lies
 */
export const statesOf = async (sources: string, environment: Environment): Promise<readonly StateAddress[]> => {
  const states = stackNames.map(async (stack) => {
    const directory = join(sources, 'stacks', stack);
    const versions = await readHcl(
      join(directory, 'versions.tf'),
      versionsSchema,
      'Its block terraform must have a block backend "s3" with the key of the state.',
    );
    const backend = await readHcl(
      backendFile(directory, environment.name),
      backendSchema,
      'Write it as the stack state-backend prints it: terraform output backend_configuration.',
    );
    const { key } = versions.terraform[0].backend.s3[0];
    return workspacesOf(directory, environment, fleetBeside(sources)).map(({ name, region, part }) => ({
      stack,
      workspace: name,
      key,
      region,
      part,
      backend,
    }));
  });
  return (await Promise.all(states)).flat();
};
