import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '@flaghoist/tools/cache-directory';
import type { Variables } from '@flaghoist/tools/run-program';
import { findProviderMirror } from './provider-mirror.ts';

const quoted = (path: string): string => JSON.stringify(path);

const configuration = (mirror: string | undefined, plugins: string): string =>
  mirror === undefined
    ? `plugin_cache_dir = ${quoted(plugins)}\nplugin_cache_may_break_dependency_lock_file = true\n`
    : `provider_installation {\n  filesystem_mirror {\n    path = ${quoted(mirror)}\n  }\n}\n`;

/**
 * A Terraform CLI configuration file that says where providers come from on this machine. Named after its content, so that
 * two runs at once never disagree about it.
 * @returns its path, for TF_CLI_CONFIG_FILE
 */
export const writeCliConfiguration = (variables: Variables): string => {
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
