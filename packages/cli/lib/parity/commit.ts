import { execFileSync } from 'node:child_process';
import type { EvidenceInput } from '@flaghoist/parity/report/evidence';

/**
 * The commit that the sources are of, and whether anything in the repository was changed since: what compares them is in it,
 * too. `null` where git cannot say.
 */
export const commitOf = (directory: string): EvidenceInput['commit'] => {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return { id: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain') !== '' };
  } catch {
    return { id: null, dirty: null };
  }
};
