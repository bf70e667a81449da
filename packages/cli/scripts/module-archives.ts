import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reproducibleZip } from '@flaghoist/lambda-build/zip';
import type { Artifact } from './bill.ts';

const MODULES = 'infra-tf/lib/modules';
/** What changed for who calls the modules, by version. All modules have one: they call each other. */
const CHANGES = `${MODULES}/CHANGELOG.md`;

/** All that is committed of modules and packages, by paths below the root: what lies beside it belongs to no release. */
export const committedIn = (root: string): readonly string[] =>
  execFileSync('git', ['ls-files', '-z', '--', MODULES, 'packages'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '');

export const modulesOf = (committed: readonly string[]): readonly string[] => {
  const versions = new RegExp(`^${MODULES}/([^/]+)/versions\\.tf$`);
  return committed.flatMap((file) => versions.exec(file)?.[1] ?? []);
};

const folderOf = (member: string): string =>
  member.replace(/^@flaghoist\/tf-/, `${MODULES}/`).replace(/^@flaghoist\//, 'packages/');

/** The folders of a module, of what it calls, and of the packages whose documents those read: its package.json names both. */
const foldersOf = (root: string, folder: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(folder)) return seen;
  seen.add(folder);
  if (!folder.startsWith(MODULES)) return seen;
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    dependencies?: Readonly<Record<string, string>>;
  };
  for (const member of Object.keys(dependencies)) foldersOf(root, folderOf(member), seen);
  return seen;
};

/** Of a module all but its tests and what the workspace needs of it; of a package the documents that Terraform reads. */
const isNeeded = (folder: string, within: string): boolean =>
  folder.startsWith(MODULES)
    ? !within.includes('/') && !['package.json', 'turbo.json'].includes(within)
    : /^(?:lambda|lib\/[^/]+)\.json$/.test(within);

/** What a module needs wherever it is unpacked, by paths below the root, which its own text stands on. */
export const filesOfModule = (root: string, committed: readonly string[], module: string): readonly string[] => [
  CHANGES,
  ...[...foldersOf(root, `${MODULES}/${module}`)].flatMap((folder) =>
    committed.filter((file) => file.startsWith(`${folder}/`) && isNeeded(folder, file.slice(folder.length + 1))),
  ),
];

/**
 * Whoever takes a new version wants to know what it changes.
 *
 * @param changes the text of the changelog of the modules
 * @throws Error where no heading says the version; 0.0.0 is none
 */
export const refuseUntold = (changes: string, version: string): void => {
  const headings = [...changes.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading.split(' ')[0]);
  if (headings.includes(version === '0.0.0' ? 'Unreleased' : version)) return;
  throw new Error(
    `${CHANGES} says nothing of ${version}: give what stands under "Unreleased" this heading, and commit it.`,
  );
};

/** Writes an archive of each Terraform module, with the modules that it calls and the documents that it reads. */
export const writeModuleArchives = (root: string, folder: string, version: string): readonly Artifact[] => {
  const committed = committedIn(root);
  refuseUntold(readFileSync(join(root, CHANGES), 'utf8'), version);
  return modulesOf(committed).map((module) => {
    const files = filesOfModule(root, committed, module);
    const file = `terraform-${module}-${version}.zip`;
    const contents = Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path))]));
    writeFileSync(join(folder, file), reproducibleZip(contents));
    return { file };
  });
};
