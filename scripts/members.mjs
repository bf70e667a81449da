import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The patterns below `packages:` in pnpm-workspace.yaml, the one list of members. It is read before anything is installed,
 * so without a YAML parser: the block is a list of plain words, one a line, and what is different is refused.
 *
 * @param {string} yaml
 */
export const memberPatterns = (yaml) => {
  const lines = yaml.split('\n');
  const start = lines.indexOf('packages:') + 1;
  const end = lines.findIndex((line, index) => index >= start && /^\S/.test(line));
  const block = lines.slice(start, end < 0 ? undefined : end).filter((line) => !/^\s*(#.*)?$/.test(line));
  if (start === 0 || block.length === 0) throw new Error('pnpm-workspace.yaml: there is no list "packages:"');
  return block.map((line) => {
    const pattern = /^ {2}- ([\w.-]+(?:\/[\w.-]+)*(?:\/\*)?)$/.exec(line)?.[1];
    if (pattern !== undefined) return pattern;
    throw new Error(
      `pnpm-workspace.yaml: "${line.trim()}" below packages: write "- folder" or "- folder/*", without quotes; scripts/members.mjs reads no more`,
    );
  });
};

/**
 * All members, relative to the root.
 *
 * @param {string} root
 */
export const membersOf = (root) =>
  memberPatterns(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -'/*'.length);
      return existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [];
    })
    // A folder without package.json is what git leaves behind when another branch has a member that this one has not.
    .filter((directory) => existsSync(join(root, directory, 'package.json')))
    .sort();
