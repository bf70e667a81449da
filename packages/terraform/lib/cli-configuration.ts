import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '@flaghoist/tools/cache-directory';
import type { Variables } from '@flaghoist/tools/run-program';
import { findProviderMirror } from './provider-mirror.ts';

const quoted = (path: string): string => JSON.stringify(path);

const configuration = (mirror: string | undefined, plugins: string): string =>
  mirror === undefined
    ? `plugin_cache_dir = ${quoted(plugins)}\nplugin_cache_may_break_dependency_lock_file = true\n`
    : `provider_installation {\n  filesystem_mirror {\n    path = ${quoted(mirror)}\n  }\n}\n`;

const foldersOf = ({ HOME, APPDATA }: Variables): readonly string[] =>
  [HOME, APPDATA].filter((folder) => folder !== undefined && folder !== '').map(String);

/** Whether Terraform finds a configuration of the user where it looks by itself. */
const hasOwn = (variables: Variables): boolean =>
  foldersOf(variables).some((folder) => {
    if (['.terraformrc', 'terraform.rc'].some((name) => existsSync(join(folder, name)))) return true;
    const more = ['.terraform.d', 'terraform.d'].map((name) => join(folder, name)).filter((each) => existsSync(each));
    return more.some((each) =>
      readdirSync(each).some((name) => /\.tfrc(\.json)?$/.test(name) && name !== 'credentials.tfrc.json'),
    );
  });

/**
 * The Terraform CLI configuration file to name by TF_CLI_CONFIG_FILE. The user's own says where providers come from, unless
 * FLAGHOIST_PROVIDER_MIRROR does; without one, a file is written that names a mirror of this machine, or a cache.
 * @returns `undefined` where Terraform finds the user's own by itself
 */
export const cliConfigurationFile = (variables: Variables): string | undefined => {
  const { FLAGHOIST_PROVIDER_MIRROR: mirror = '', TF_CLI_CONFIG_FILE: own } = variables;
  if (mirror !== '') return written(variables);
  if (own !== undefined && existsSync(own)) return own;
  return hasOwn(variables) ? undefined : written(variables);
};

/** Named after its content, so that two runs at once never disagree about it. */
const written = (variables: Variables): string => {
  const directory = join(cacheDirectory(variables), 'terraform');
  const plugins = join(directory, 'plugins');
  mkdirSync(plugins, { recursive: true });
  const text = configuration(findProviderMirror(variables), plugins);
  const file = join(directory, `${createHash('sha256').update(text).digest('hex').slice(0, 12)}.tfrc`);
  if (!existsSync(file)) {
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  }
  return file;
};
