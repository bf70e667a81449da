import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { committedIn, filesOfModule, modulesOf } from '../packages/cli/scripts/module-archives.ts';

const root = join(__dirname, '..');
const committed = committedIn(root);
const modules = modulesOf(committed);

/** What a file of Terraform calls, or reads by a path that it says itself. */
const namedIn = (file: string): string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(
      /"\$\{path\.module\}\/(?<read>[^"$]+)"|^\s*source\s*=\s*"(?<called>\.\.\/[^"]+)"/gm,
    ),
  ].map(({ groups }) => join(dirname(file), groups?.['read'] ?? groups?.['called'] ?? ''));

it('finds the modules', () => {
  expect(modules).toEqual(expect.arrayContaining(['naming', 'flag-plan', 'network']));
});

it.each(modules)('has all that the module %s calls and reads in its archive', (module) => {
  const files = filesOfModule(root, committed, module);
  const missing = files
    .filter((file) => file.endsWith('.tf'))
    .flatMap((file) => namedIn(file).map((path) => `${file}: ${path}`))
    .filter((each) => !files.some((file) => `${file}/`.startsWith(`${each.split(': ')[1]}/`)));
  expect(missing).toEqual([]);
});

it('has the workflows in the archive of a module that reads them where the wiring says', () => {
  const wiring = JSON.parse(readFileSync(join(root, 'packages/wiring/lib/wiring.json'), 'utf8')) as {
    workflows: Readonly<Record<string, { readonly definition: string }>>;
  };
  const definitions = Object.values(wiring.workflows).map(({ definition }) => definition);
  expect(definitions).not.toEqual([]);
  expect(filesOfModule(root, committed, 'flag-verification')).toEqual(expect.arrayContaining(definitions));
});
