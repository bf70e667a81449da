import { hash } from 'node:crypto';

/** Files by name. */
export type Files = Readonly<Record<string, string>>;

export const MANIFEST = 'MANIFEST';

/** One line per file, as `sha256sum` writes and checks it. */
export const manifestOf = (files: Files): string =>
  Object.keys(files)
    .sort()
    .map((name) => `${hash('sha256', files[name] ?? '')}  ${name}\n`)
    .join('');

const LINE = /^([0-9a-f]{64}) {2}([\w.-]+)$/;

/**
 * Whether files are what a manifest says.
 *
 * @param files all but the manifest itself
 * @returns what is wrong, by file
 */
export const manifestProblems = (manifest: string, files: Files): readonly string[] => {
  const lines = manifest.split('\n').filter((line) => line !== '');
  const claims = new Map<string, string>();
  const unreadable: string[] = [];
  for (const line of lines) {
    const [, digest, name] = LINE.exec(line) ?? [];
    if (digest === undefined || name === undefined) unreadable.push(`${MANIFEST}: cannot be read: ${line}`);
    else claims.set(name, digest);
  }
  const changed = [...claims].flatMap(([name, digest]) => {
    const content = Object.hasOwn(files, name) ? files[name] : undefined;
    if (content === undefined) return [`${name}: is missing`];
    return hash('sha256', content) === digest ? [] : [`${name}: was changed`];
  });
  const added = Object.keys(files).filter((name) => !claims.has(name));
  return [...unreadable, ...changed, ...added.map((name) => `${name}: is not in the ${MANIFEST}`)];
};
