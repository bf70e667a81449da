import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidInputError } from '@flaghoist/core/errors';
import type { Applied } from '@flaghoist/drift/applied';
import type { NamedEnvironment } from '@flaghoist/drift/other-environment';
import { type Environment, fleetBeside, readEnvironments } from '@flaghoist/fleet/environments';
import { isPerRegion, workspacesOf } from '@flaghoist/terraform/workspaces';
import { findSources, findStack } from '../sources.ts';
import { WrongUseError, wrongOption } from '../wrong-use.ts';
import { refuseOtherEnvironment } from './other-environment.ts';

export interface TargetOptions {
  readonly stack: string;
  readonly sources?: string;
  readonly root?: string;
  readonly workspace?: string;
  readonly varFile: readonly string[];
  readonly var: readonly string[];
  readonly backendConfig: readonly string[];
  readonly noise?: string;
  readonly tag: readonly string[];
  readonly region: readonly string[];
}

/** What is looked at, and how. All paths are absolute. */
export interface DriftTarget {
  readonly root: string;
  readonly workspace: string;
  /** What is read must be of it. */
  readonly environment: NamedEnvironment;
  readonly varFiles: readonly string[];
  readonly backend: readonly string[];
  readonly noiseFile: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** Those that were asked for, and those of the list of environments. */
  readonly regions: { readonly asked: readonly string[]; readonly listed: readonly string[] };
  /** Whether the list of environments has one that comes before this one. */
  readonly hasUpstream: boolean;
  /** What the record of the environment is made from, if it is in a list. */
  readonly recorded: { readonly environment: Environment; readonly sources: string } | undefined;
}

/** Files and folders are called after it. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** The region in which AWS lists global resources. */
const GLOBAL_REGION = 'us-east-1';

/**
 * Fills in what was not said from where the sources keep it, and refuses what is another environment's.
 *
 * @param by whose settings of the backend: those of who only reads, where there are any, or of who deploys
 * @throws {InvalidInputError, WrongUseError} naming the option that leads nowhere
 * @throws {OtherEnvironmentError}
 */
export const findTarget = async (
  environment: string,
  options: TargetOptions,
  by: 'drift' | 's3' = 'drift',
): Promise<DriftTarget> => {
  if (!NAME.test(environment)) {
    throw new WrongUseError(
      `${JSON.stringify(environment)} is no name of an environment, which has letters, digits and hyphens`,
      'Name it as in fleet/environments.json; files and folders have options of their own.',
    );
  }
  const sources =
    options.root === undefined || options.sources !== undefined
      ? findSources(options.sources, '.')
      : sourcesAbove(options.root);
  const root =
    options.root === undefined && sources !== undefined
      ? resolve(findStack(sources, options.stack))
      : resolve(options.root ?? '.');
  if (!existsSync(root)) {
    throw new InvalidInputError('--root', [`there is no folder ${root}`], 'Name a folder that holds a root module.');
  }
  const environments = sources === undefined ? [] : readEnvironments(fleetBeside(sources));
  const listed = environments.find(({ name }) => name === environment);
  const beside = (name: string): readonly string[] => existing(join(root, 'environments', `${environment}.${name}`));
  // The role that only reads is the right one; without it, the one that deploys reads as well.
  const files = [...(by === 'drift' ? [beside('drift.tfbackend')] : []), beside('s3.tfbackend')].find(
    (found) => found.length > 0,
  );
  const backend = options.backendConfig.length > 0 ? options.backendConfig.map(settingOf) : files;
  if (listed === undefined && options.root === undefined && backend === undefined) {
    throw new WrongUseError(
      `there is no environment ${JSON.stringify(environment)} in fleet/environments.json`,
      `Name one of: ${environments.map(({ name }) => name).join(', ')}; or another root module by --root.`,
    );
  }
  const leads = {
    workspace: options.workspace ?? ownWorkspace(root, listed, sources) ?? environment,
    varFiles: options.varFile.length > 0 ? options.varFile.map(fileOf('--var-file')) : beside('tfvars'),
    backend: backend ?? [],
  };
  await refuseOtherEnvironment({ environment, environments, vars: options.var, ...leads });
  if (options.root === undefined && sources !== undefined && listed !== undefined) {
    refuseOtherWorkspace(leads.workspace, workspacesIn(root, listed, sources), listed);
  }
  return {
    root,
    environment: {
      name: environment,
      others: environments.map(({ name }) => name).filter((name) => name !== environment),
    },
    ...leads,
    noiseFile:
      options.noise === undefined
        ? sources === undefined
          ? undefined
          : existing(join(fleetBeside(sources), 'drift-noise.yaml'))[0]
        : fileOf('--noise')(options.noise),
    tags: options.tag.length > 0 ? Object.fromEntries(options.tag.map(tagOf)) : { environment },
    regions: {
      asked: options.region,
      listed: listed === undefined ? [] : [listed.region, listed.replicaRegion],
    },
    hasUpstream: listed !== undefined && listed.upstream !== null,
    recorded: listed === undefined || sources === undefined ? undefined : { environment: listed, sources },
  };
};

/**
 * The one workspace that an environment has of a stack.
 *
 * @throws {WrongUseError} with all of them, where each region has one
 */
const ownWorkspace = (
  root: string,
  environment: Environment | undefined,
  sources: string | undefined,
): string | undefined => {
  if (environment === undefined || sources === undefined || !isPerRegion(root)) return environment?.name;
  const names = workspacesIn(root, environment, sources);
  throw wrongOption(
    '--workspace',
    `${basename(root)} has a state for each region of ${environment.name}, and none is named`,
    `Look at them one by one: ${names.join(', ')}.`,
  );
};

/** What an environment has of a stack; of home and its standby with the word for it. */
const workspacesIn = (root: string, environment: Environment, sources: string): readonly string[] =>
  isPerRegion(root)
    ? workspacesOf(root, environment, fleetBeside(sources)).map(({ name, part }) =>
        part === 'region' ? name : `${name} (${part})`,
      )
    : [environment.name];

/** @throws {WrongUseError} for a workspace that the environment does not have of a stack */
const refuseOtherWorkspace = (workspace: string, known: readonly string[], { name }: Environment): void => {
  if (known.some((each) => each.split(' ')[0] === workspace)) return;
  throw wrongOption(
    '--workspace',
    `${name} has no workspace ${JSON.stringify(workspace)} of this stack`,
    `Name one of: ${known.join(', ')}; or another root module by --root.`,
  );
};

/** Where to look for resources that no state has: as asked for, else as the stack says, else as the environment is listed. */
export const regionsOf = ({ regions: { asked, listed } }: DriftTarget, applied: Applied): readonly string[] => {
  if (asked.length > 0) return asked;
  const own = applied.regions.length > 0 ? applied.regions : listed;
  return own.length === 0 ? [] : [...new Set([...own, GLOBAL_REGION])];
};

/** Sources that a root lies in, if it does. */
const sourcesAbove = (root: string): string | undefined => {
  const sources = dirname(dirname(resolve(root)));
  return existsSync(join(fleetBeside(sources), 'environments.json')) ? sources : undefined;
};

const existing = (file: string): readonly string[] => (existsSync(file) ? [file] : []);

const fileOf =
  (option: string) =>
  (file: string): string => {
    if (existsSync(file)) return resolve(file);
    throw new InvalidInputError(option, [`there is no file ${file}`], 'Name a file that exists.');
  };

const settingOf = (setting: string): string => (setting.includes('=') ? setting : fileOf('--backend-config')(setting));

const tagOf = (text: string): readonly [string, string] => {
  const [key = '', ...value] = text.split('=');
  if (key !== '' && value.length > 0) return [key, value.join('=')];
  throw wrongOption(
    '--tag',
    `${JSON.stringify(text)} is no key=value`,
    'Write it as key=value, for example owner=team-platform.',
  );
};
