import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';

const root = join(__dirname, '..');

/** What a document has the reader write into the checkout, and in which folder it is typed. */
const typedIn: Readonly<Record<string, string>> = {
  'docs/deploy.md': '.',
  'infra-tf/lib/stacks/account-access/README.md': 'infra-tf/lib/stacks/account-access',
  'infra-tf/lib/stacks/application/README.md': 'infra-tf/lib/stacks/application',
  'infra-tf/lib/stacks/flags-global/README.md': 'infra-tf/lib/stacks/flags-global',
  'infra-tf/lib/stacks/flags-region/README.md': 'infra-tf/lib/stacks/flags-region',
  'infra-tf/lib/stacks/region-foundation/README.md': 'infra-tf/lib/stacks/region-foundation',
  'infra-tf/lib/stacks/state-backend/README.md': 'infra-tf/lib/stacks/state-backend',
  'packages/capacity/README.md': '.',
};

/** What a company keeps in its own checkout: the page says to commit it. */
const KEPT = /\.(s3|drift)\.tfbackend$|\.tfvars$/;

const blocksOf = (file: string): readonly string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);

/** Files behind `>` and `-out=`, states behind `-state=`, and the folders that plans.py and hoist are told to write; from the root on. */
const writtenBy = (block: string, folder: string): readonly string[] => {
  let at = folder;
  return block.split('\n').flatMap((line) => {
    const code = line.replace(/\s#\s.*$/, '').replaceAll(/<[a-z][a-z -]*>/g, 'x');
    const moved = /^cd (\S+)/.exec(code)?.[1];
    // Who reads the README of a stack begins in the root, too.
    if (moved !== undefined) at = moved.startsWith('infra-tf/') ? moved : normalize(join(at, moved));
    const inside = /-chdir=(\S+)/.exec(code)?.[1] ?? '.';
    const plain = [...code.matchAll(/[^-=]> "?([^\s"&]+)/g)].map(([, name = '']) => [at, name]);
    const terraform = [...code.matchAll(/-(?:out|state)=(\S+)/g)].map(([, name = '']) => [join(at, inside), name]);
    const folders = [...code.matchAll(/plans\.py write (\S+)/g)].map(([, name = '']) => [at, `${name}/x.json`]);
    return [...plain, ...terraform, ...folders]
      .filter(([, name = '']) => !name.startsWith('/'))
      .map(([where = '', name = '']) => normalize(join(where, name.replaceAll(/\$\w+/g, 'x'))));
  });
};

const isIgnored = (file: string): boolean => {
  try {
    execFileSync('git', ['-C', root, 'check-ignore', '-q', '--no-index', file]);
    return true;
  } catch {
    return false;
  }
};

const written = Object.entries(typedIn).flatMap(([file, folder]) =>
  blocksOf(file).flatMap((block) => writtenBy(block, folder)),
);

it('finds what the documents have a reader write', () => {
  expect(written).toEqual(
    expect.arrayContaining([
      'backends.json',
      'deployment.json',
      'plans/x.json',
      'infra-tf/lib/stacks/account-access/dev.tfstate',
      'infra-tf/lib/stacks/state-backend/backend.hcl',
    ]),
  );
});

it('what a document has a reader write into the checkout is ignored, unless it is to be kept there', () => {
  const left = written.filter((file) => !KEPT.test(file)).filter((file) => !isIgnored(file));
  expect(left).toEqual([]);
});

it('a program that a document runs by its path can be run', () => {
  const programs = Object.keys(typedIn).flatMap((file) =>
    blocksOf(file).flatMap((block) =>
      [...block.matchAll(/^((?:infra-tf|packages|scripts)\/\S+)/gm)].map(([, path = '']) => path),
    ),
  );
  expect(programs).toContain('packages/capacity/scripts/plans.py');
  const isRunnable = (path: string): boolean => (statSync(join(root, path)).mode & 0o111) !== 0;
  expect(programs.filter((path) => !isRunnable(path))).toEqual([]);
});
