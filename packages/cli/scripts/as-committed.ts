import { execFileSync, spawnSync } from 'node:child_process';

/**
 * What has a version is what has its tag: one version must not mean two things. What is not released yet is 0.0.0, and may be anything.
 *
 * @param root of the repository
 * @throws Error where what lies there is not what is committed, or the tag names another commit
 */
export const refuseOtherThanCommitted = (root: string, version: string): void => {
  if (version === '0.0.0') return;
  const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain');
  if (changed !== '') {
    throw new Error(`${version} would hold what is not committed: commit it, or take it away.\n${changed}`);
  }
  const tag = `v${version}`;
  const { status, stdout } = spawnSync('git', ['rev-parse', '--verify', '--quiet', `refs/tags/${tag}^{commit}`], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0 && stdout.trim() !== git('rev-parse', 'HEAD')) {
    throw new Error(`${tag} is the tag of another commit: check that one out, or give what is new another version.`);
  }
};
