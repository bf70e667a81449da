import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LOCK_FILE } from './provider-lock.ts';
import type { Terraform } from './terraform.ts';

const aliasesOf = (directory: string): string[] => {
  const file = join(directory, 'versions.tf');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return [...(/configuration_aliases\s*=\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '').matchAll(/(\w+)\.(\w+)/g)].map(
    ([, provider, alias]) => `provider "${provider}" {\n  alias = "${alias}"\n}\n`,
  );
};

/**
 * `terraform validate`. A module that takes aliased providers cannot be validated by itself, so those are given to a copy,
 * which stands beside the module because its sources are relative.
 */
export const validateModule = async (terraform: Terraform, directory: string): Promise<void> => {
  const aliases = aliasesOf(directory);
  if (aliases.length === 0) {
    await terraform.expect(['validate', '-no-color'], { directory });
    return;
  }
  const copy = join(dirname(directory), `.validate-${basename(directory)}`);
  try {
    rmSync(copy, { recursive: true, force: true });
    for (const name of readdirSync(directory).filter((each) => each.endsWith('.tf') || each === LOCK_FILE)) {
      cpSync(join(directory, name), join(copy, name));
    }
    writeFileSync(join(copy, 'aliased-providers.tf'), aliases.join('\n'));
    await terraform.expect(['validate', '-no-color'], {
      directory: copy,
      variables: { TF_DATA_DIR: join(directory, '.terraform') },
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};
