import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const LOCK_FILE = '.terraform.lock.hcl';

/**
 * Removes the hashes from the lock file that `init` has just compared the providers with. Terraform compares them at every
 * command, and each time reads the AWS provider's 700 MB: 4 s of a `plan` that takes 13. Only for folders that live as long
 * as one run, or whose lock file is not committed.
 */
export const forgetProviderHashes = (directory: string): void => {
  const file = join(directory, LOCK_FILE);
  if (!existsSync(file)) return;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\s*hashes = \[[^\]]*\]\n/gm, ''));
};
