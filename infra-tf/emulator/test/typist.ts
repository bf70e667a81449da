import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Environment } from '@flaghoist/fleet/environments';
import { typeIn } from '@flaghoist/terraform/typed-commands';
import type { ProgramResult, Variables } from '@flaghoist/tools/run-program';
import { type Moto, motoPython } from '../lib/moto.ts';
import type { Checkout } from './checkout.ts';
import { assume } from './state-backend.ts';

/** A program that notes what it is asked to do, and what it is given to sign in with. */
const DOCKER = `#!/bin/sh
echo "$*" >> "$DOCKER_NOTES"
case "$*" in *--password-stdin*) cat >> "$DOCKER_NOTES" ;; esac
`;

/** The profiles of the application's README: an administrator of each account, and who deploys where none is named. */
const profiles = async (moto: Moto, environments: readonly Environment[]): Promise<string> => {
  const administrators = await Promise.all(
    environments.map(async ({ name, account, region }) => ({
      profile: `profile ${name}`,
      // Taken on beforehand: the provider asks AWS itself where it does so for a profile.
      key: await assume(moto, `arn:aws:iam::${account}:role/administrator`, region),
    })),
  );
  const ofStates = ['default', 'profile states'].map((profile) => ({ profile, key: 'test' }));
  return [...ofStates, ...administrators]
    .map(({ profile, key }) => `[${profile}]\naws_access_key_id = ${key}\naws_secret_access_key = test\n`)
    .join('\n');
};

export interface Typist {
  /**
   * Types commands in the folder of the stack `application`.
   * @param variables what the shell has from commands before
   * @throws when they end with another code than 0
   */
  readonly type: (commands: string, environment?: Environment, variables?: Variables) => Promise<ProgramResult>;
  /** The same in a shell in which the environment was chosen. @returns what is printed */
  readonly typeIn: (commands: string, environment: Environment) => Promise<string>;
  /** What `docker` was asked to do for an environment, and was given to sign in with: one line each. */
  readonly dockerNotes: (environment: Environment) => readonly string[];
}

/** Somebody who types commands of READMEs, and has `aws`, `docker` and a profile for each account. */
export const typistOf = async (
  moto: Moto,
  checkout: Checkout,
  environments: readonly Environment[],
): Promise<Typist> => {
  const programs = join(checkout.root, 'bin');
  mkdirSync(programs);
  const aws = `#!/bin/sh\nexec ${motoPython()} -B ${join(__dirname, 'aws.py')} "$@"\n`;
  for (const [name, text] of Object.entries({ aws, docker: DOCKER })) {
    writeFileSync(join(programs, name), text);
    chmodSync(join(programs, name), 0o755);
  }
  const configuration = join(checkout.root, 'aws-config');
  writeFileSync(configuration, await profiles(moto, environments));
  const notesOf = ({ name }: Environment): string => join(checkout.root, `docker-${name}`);

  const type: Typist['type'] = async (commands, environment, variables = {}) => {
    const ofEnvironment =
      environment === undefined
        ? {}
        : // A folder for each, so that all can be typed at once.
          { TF_DATA_DIR: `.terraform-${environment.name}`, DOCKER_NOTES: notesOf(environment) };
    const result = await typeIn(commands, {
      directory: checkout.stack('application'),
      machine: process.env,
      variables: {
        ...moto.variables,
        // Keys of the shell would come before a profile.
        AWS_ACCESS_KEY_ID: undefined,
        AWS_SECRET_ACCESS_KEY: undefined,
        AWS_CONFIG_FILE: configuration,
        AWS_SHARED_CREDENTIALS_FILE: configuration,
        PATH: [programs, process.env['PATH']].join(delimiter),
        // What a plan has just read need not be read again.
        TF_CLI_ARGS_destroy: '-auto-approve -parallelism=50 -refresh=false',
        ...ofEnvironment,
        ...variables,
      },
    });
    if (result.exitCode === 0) return result;
    throw new Error(`${commands}\nended with ${result.exitCode}:\n${result.stdout}${result.stderr}`);
  };
  return {
    type,
    dockerNotes: (environment) => readFileSync(notesOf(environment), 'utf8').trim().split('\n'),
    typeIn: async (commands, environment) => {
      const chosen = { TF_WORKSPACE: environment.name, region: environment.region };
      return (await type(commands, environment, chosen)).stdout;
    },
  };
};
