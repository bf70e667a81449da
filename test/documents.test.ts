import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..');
/** Below a folder, without what is installed, built or hidden. */
const documentsBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(\.|node_modules$|dist$)/.test(entry.name) ? [] : documentsBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
const files = documentsBelow('.');

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

it('finds the documents', () => {
  expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/how-it-works.md', 'packages/rules/README.md']));
});

it('links to files that exist', () => {
  const dead = files.flatMap((file) =>
    [
      ...textOf(file)
        .replace(/```[\s\S]*?```/g, '')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ]
      .map(([, target = '']) => target)
      .filter((target) => !/^([a-z]+:|#)/.test(target))
      .filter((target) => !existsSync(join(root, dirname(file), target.replace(/#.*/, ''))))
      .map((target) => `${file}: ${target}`),
  );
  expect(dead).toEqual([]);
});

it('leaves the number of rules to programs: the next rule makes one that was written by hand wrong', () => {
  const byHand = files.filter((file) =>
    // The tables between two markers, and the catalogue, are written from the rules.
    /\b\d{3} (?:business )?rules\b/.test(textOf(file).replace(/<!-- families -->.*<!-- \/families -->/s, '')),
  );
  expect(byHand.filter((file) => file !== 'packages/rules/CATALOGUE.md')).toEqual([]);
});

it('gives each decision a number of its own', () => {
  const numbers = files.flatMap((file) => /^docs\/decisions\/(\d{4})-/.exec(file)?.[1] ?? []);
  expect(numbers).toEqual(numbers.map((_, place) => String(place + 1).padStart(4, '0')));
});
