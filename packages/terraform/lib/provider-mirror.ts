import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Variables } from '@flaghoist/tools/run-program';

/** The folder in a filesystem mirror that all of the public registry's providers are below. */
const REGISTRY_FOLDER = 'registry.terraform.io';

const subfolders = (directory: string): string[] => {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(directory, name));
  } catch {
    return [];
  }
};

const isMirror = (directory: string): boolean => existsSync(join(directory, REGISTRY_FOLDER, 'hashicorp', 'aws'));

/** Where administrators put things that all users of a machine share, and where Terraform itself looks. */
const searchedFolders = ({ HOME }: Variables): string[] => [
  ...(HOME === undefined ? [] : [HOME, join(HOME, '.terraform.d'), join(HOME, '.local', 'share', 'terraform')]),
  '/opt',
  '/srv',
  '/usr/local',
  '/usr/local/lib',
  '/usr/local/share',
  '/usr/local/share/terraform',
  '/usr/share',
  '/usr/share/terraform',
  '/var/lib',
];

/**
 * A filesystem mirror of providers on this machine: the one that FLAGHOIST_PROVIDER_MIRROR names, else the first that is
 * found in the usual places. Without one, providers come from the registry.
 */
export const findProviderMirror = (variables: Variables): string | undefined => {
  const named = variables['FLAGHOIST_PROVIDER_MIRROR'];
  if (named !== undefined && named !== '') return named;
  return searchedFolders(variables)
    .flatMap((folder) => [folder, ...subfolders(folder)])
    .find(isMirror);
};
