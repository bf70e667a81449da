import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import { copySources } from './copy-sources.ts';
import { TerraformFailedError } from './errors.ts';
import { offlineStates } from './offline-states.ts';
import { answerPlans } from './plan-time-answers.ts';
import { forgetProviderHashes, LOCK_FILE } from './provider-lock.ts';
import { PROBE } from './sources/modules.ts';
import { writeProbes } from './sources/write-probes.ts';
import { standInZips } from './stand-in-zips.ts';
import type { Terraform } from './terraform.ts';
import type { Workspace } from './workspaces.ts';

const sourcesSchema = z.object({
  provider: z._default(z.object({ aws: z._default(z.array(z.looseObject({ alias: z.optional(z.string()) })), []) }), {
    aws: [],
  }),
});

/** The aliases of a stack's AWS providers; `undefined` for the one without. */
const providerAliases = async (directory: string): Promise<(string | undefined)[]> => {
  const files = readdirSync(directory).filter((name) => name.endsWith('.tf'));
  const parsed = await Promise.all(
    files.map(async (name) => sourcesSchema.parse(await parse(name, readFileSync(join(directory, name), 'utf8')))),
  );
  return parsed.flatMap(({ provider }) => provider.aws.map(({ alias }) => alias));
};

/**
 * Overrides what would ask AWS: the state, the account and the role. An override file replaces whole blocks, so that what
 * is planned is the stack's own text in all else.
 */
const overrideOf = (aliases: readonly (string | undefined)[]): string =>
  [
    'terraform {\n  backend "local" {}\n}\n',
    ...aliases.map(
      (alias) => `provider "aws" {
${alias === undefined ? '' : `  alias = "${alias}"\n`}
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  allowed_account_ids         = []

  dynamic "assume_role" {
    for_each = []
    content {}
  }
}
`,
    ),
  ].join('\n');

/** The provider wants some; nothing leaves the machine with them. */
const noCredentials = { AWS_ACCESS_KEY_ID: 'offline', AWS_SECRET_ACCESS_KEY: 'offline' };

const manifestSchema = z.looseObject({ withoutProbes: z._default(z.array(z.string()), []) });

/** Which modules a stack is planned without probes of: `withoutProbes` of its package.json. */
const withoutProbesOf = (directory: string): readonly string[] => {
  const file = join(directory, 'package.json');
  if (!existsSync(file)) return [];
  const hint = 'withoutProbes is a list of names of modules.';
  return parseJson(manifestSchema, readFileSync(file, 'utf8'), { what: file, hint }).withoutProbes;
};

/** What a caller gives, the same in every environment, where the environment's own file does not; a stack may have none. */
const OFFLINE_VARIABLES = join('test', 'offline', 'offline.tfvars');

/** An environment alone is enough for a stack that reads no state but that of an upstream. */
type PlannedWorkspace = Pick<Workspace, 'name'> &
  Partial<Pick<Workspace, 'environment'> & { readonly places: Readonly<Record<string, string>> }>;

export interface PreparedStack {
  readonly directory: string;
  /** Takes away what was added to the modules to see what unknown values are made of. */
  readonly withoutProbes: () => void;
}

/**
 * Copies the Terraform sources and makes one stack of them ready to be planned without a network.
 * @param sources the folder `infra-tf/lib`
 * @param stack its folder below `stacks`
 * @param workDirectory a folder of the caller; the copy is left in it
 * @throws {TerraformFailedError} when the stack does not initialise
 */
export const prepareOffline = async (
  terraform: Terraform,
  {
    sources,
    stack,
    workDirectory,
  }: { readonly sources: string; readonly stack: string; readonly workDirectory: string },
): Promise<PreparedStack> => {
  const copy = join(workDirectory, 'checkout');
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(workDirectory, { recursive: true });
  const directory = join(copySources(sources, copy), 'stacks', stack);
  standInZips(join(copy, 'packages'));
  writeFileSync(join(directory, 'offline_override.tf'), overrideOf(await providerAliases(directory)));
  const withoutProbes = await writeProbes(directory, withoutProbesOf(directory));
  const lock = existsSync(join(directory, LOCK_FILE)) ? ['-lockfile=readonly'] : [];
  await terraform.expect(['init', '-no-color', ...lock], { directory });
  forgetProviderHashes(directory);
  return { directory, withoutProbes };
};

/**
 * The plan of a workspace as a first deployment, without a network or credentials. An environment is the workspace of a stack
 * that each environment has once.
 * @returns what `terraform show -json` says of it, as text
 * @throws {TerraformFailedError} with the message of the failed precondition, validation or resource
 */
export const planOffline = async (
  terraform: Terraform,
  { directory, withoutProbes }: PreparedStack,
  { name, environment = name, places = {} }: PlannedWorkspace,
  /** More arguments to `plan`, for example a `-var`. */
  more: readonly string[] = [],
): Promise<string> => {
  const answers = await answerPlans();
  const variables = { ...noCredentials, ...answers.variables, TF_WORKSPACE: name };
  const file = `${name}.tfplan`;
  const args = [
    'plan',
    '-no-color',
    '-refresh=false',
    '-lock=false',
    `-out=${file}`,
    // Of two that set one input the later wins: what an environment's file sets is never hidden.
    ...(existsSync(join(directory, OFFLINE_VARIABLES)) ? [`-var-file=${OFFLINE_VARIABLES}`] : []),
    ...offlineStates(directory, { name, places }),
    `-var-file=environments/${environment}.tfvars`,
    ...more,
  ];
  const plan = () => terraform.expect(args, { directory, variables });
  try {
    await plan().catch(async (error: unknown) => {
      // What was added must never be what keeps a stack from being planned; without it less is decided, and that is said.
      if (!(error instanceof TerraformFailedError) || !error.message.includes(PROBE)) throw error;
      withoutProbes();
      await plan();
    });
  } finally {
    await answers.stop();
  }
  return terraform.expect(['show', '-json', file], { directory, variables });
};
