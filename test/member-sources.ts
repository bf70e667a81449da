import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { membersOf } from '../scripts/members.mjs';

const root = join(__dirname, '..');

export interface Source {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

const filesBelow = (path: string): string[] => {
  const entry = statSync(join(root, path), { throwIfNoEntry: false });
  if (entry === undefined) return [];
  if (!entry.isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => (name === 'node_modules' ? [] : filesBelow(join(path, name))));
};

/** The TypeScript files of all members, below these of their folders. */
export const sourcesIn = (...folders: readonly string[]): readonly Source[] =>
  membersOf(root)
    .flatMap((member) => folders.flatMap((folder) => filesBelow(join(member, folder))))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
