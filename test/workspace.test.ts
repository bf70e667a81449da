import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { memberPatterns, membersOf } from '../scripts/members.mjs';

const root = join(__dirname, '..');

// Each by its folder, relative to the root.
const all = membersOf(root);
const terraformMembers = all.filter((member) => member.startsWith('infra-tf/lib/'));
const members = all.filter((member) => !terraformMembers.includes(member));
const packages = members.filter((member) => member.startsWith('packages/'));
const lambdas = packages.filter((member) => existsSync(join(root, member, 'lambda.json')));

/** The member that is nothing but tests: they lie in its folder, and there is no `lib/`. */
const proofs = 'infra-tf/test';

interface Manifest {
  name: string;
  private?: boolean;
  type?: string;
  description?: string;
  sideEffects?: boolean;
  exports?: object;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  /** Of a Terraform module that nothing here calls: for whom it is. */
  publishedFor?: string;
}

const textOf = (member: string, file: string): string => {
  const path = join(root, member, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
const manifestOf = (member: string): Manifest => JSON.parse(textOf(member, 'package.json')) as Manifest;

/** Paths of all folders and files below, relative to the member, without what is installed or built. */
const treeOf = (member: string, below = '.'): string[] => {
  const directory = join(root, member, below);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => !['node_modules', 'dist', '.results', '.turbo', '.terraform'].includes(name))
    .flatMap((name) => {
      const path = join(below, name);
      return statSync(join(directory, name)).isDirectory() ? [path, ...treeOf(member, path)] : [path];
    });
};

const startsWithTitleAndSentence = /^# \S.*\n\n(?![#|>-]|```)\S[^#|]*?\.\s/;

/** `../naming` and `../../modules/naming`, wherever they are called. */
const modulesCalledIn = (text: string): string[] =>
  [...text.matchAll(/source\s*=\s*"(?:\.\.\/)+(?:modules\/)?([a-z-]+)"/g)].map(([, name]) => name ?? '');

/** `packages/wiring/lib/wiring.json`, wherever it is read. */
const packagesReadIn = (text: string): string[] =>
  [...text.matchAll(/file\("\$\{path\.module\}\/(?:\.\.\/)+packages\/([a-z-]+)\//g)].map(([, name]) => name ?? '');

const terraformOf = (member: string): string =>
  readdirSync(join(root, member))
    .filter((name) => name.endsWith('.tf'))
    .map((name) => textOf(member, name))
    .join('\n');

const jestConfig = `const { memberConfig } = require('../../test/jest/member-config.cjs');
module.exports = memberConfig(__dirname);
`;

describe('the list of members', () => {
  it('is the one of pnpm-workspace.yaml', () => {
    expect(all).toEqual(expect.arrayContaining(['infra-tf/lib/modules/naming', proofs, 'packages/lambda-build']));
  });

  it.each([
    ['packages:\n  - packages/*\n\n# why\ncatalog:\n  - x\n', ['packages/*']],
    ['a: b\npackages:\n  # two\n  - infra-tf/test\n  - x/y/*', ['infra-tf/test', 'x/y/*']],
  ])('is read without a YAML parser from %j', (yaml, patterns) => {
    expect(memberPatterns(yaml)).toEqual(patterns);
  });

  it.each([
    ["packages:\n  - '!packages/old'\n", '"- \'!packages/old\'"'],
    ['packages:\n  - packages/**\n', '"- packages/**"'],
    ['catalog:\n  a: 1\n', 'there is no list'],
    ['packages: [packages/*]\n', 'there is no list'],
  ])('refuses %j, which it would read wrongly', (yaml, named) => {
    expect(() => memberPatterns(yaml)).toThrow(named);
  });
});

describe.each(terraformMembers)('%s', (member) => {
  const folder = basename(member);
  const isModule = basename(dirname(member)) === 'modules';
  const files = readdirSync(join(root, member));
  const manifest = manifestOf(member);

  it('has a package.json of the common form', () => {
    expect(manifest).toMatchObject({
      name: `@flaghoist/${isModule ? 'tf' : 'stack'}-${folder}`,
      private: true,
      description: expect.stringMatching(/\S.*\.$/),
      scripts: { test: 'terraform-member check' },
    });
  });

  it('depends on the modules that it calls and the packages that it reads, or turbo would take an old result for a new one', () => {
    const text = terraformOf(member);
    const called = modulesCalledIn(text).map((name) => `@flaghoist/tf-${name}`);
    const read = packagesReadIn(text).map((name) => `@flaghoist/${name}`);
    const wanted = [...new Set(['@flaghoist/terraform', ...called, ...read])].sort();
    expect(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort()).toEqual(wanted);
  });

  it('has the files of the common form', () => {
    expect(files).toEqual(expect.arrayContaining(['versions.tf', 'outputs.tf', 'README.md', 'test']));
    expect(readdirSync(join(root, member, 'test'))).toContain('values.tftest.hcl');
    if (files.includes('variables.tf'))
      expect(readdirSync(join(root, member, 'test'))).toContain('contract.tftest.hcl');
  });

  it('has a README.md that starts with a title and a sentence of what it is for', () => {
    expect(textOf(member, 'README.md')).toMatch(startsWithTitleAndSentence);
  });

  it('describes and types every variable', () => {
    const variables = [...terraformOf(member).matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)];
    const wrong = variables.filter(
      ([, , body = '']) => !/^ {2}description\s*=/m.test(body) || !/^ {2}type\s*=/m.test(body),
    );
    expect(wrong.map(([, name]) => name)).toEqual([]);
    expect(
      variables.filter(([, , body = '']) => /\bany\b/.test(body.split('description')[0] ?? '')).map(([, name]) => name),
    ).toEqual([]);
  });
});

describe('the context of a deployment', () => {
  const contexts = terraformMembers.flatMap((member) => {
    const [, type, rest = ''] =
      /^variable "context" \{\n {2}type = (object\(\{\n[\s\S]*?\n {2}\}\))\n([\s\S]*?)^\}/m.exec(terraformOf(member)) ??
      [];
    const [, description] = /^ {2}description = (".*")$/m.exec(rest) ?? [];
    return type === undefined ? [] : [{ member, type, description }];
  });

  /** By text, who has it: one entry when all say the same. */
  const wordings = (texts: readonly (readonly [text: string | undefined, member: string])[]) =>
    Object.entries(Object.groupBy(texts, ([text]) => String(text))).map(([text, members = []]) => ({
      text,
      members: members.map(([, member]) => member),
    }));

  it('is of one type everywhere, and described in the same words in all modules', () => {
    expect(contexts.length).toBeGreaterThan(10);
    expect(wordings(contexts.map(({ type, member }) => [type, member]))).toHaveLength(1);
    const modules = contexts.filter(({ member }) => member.includes('/modules/'));
    expect(wordings(modules.map(({ description, member }) => [description, member]))).toHaveLength(1);
  });

  it('holds the partition, which is no input of its own', () => {
    expect(contexts[0]?.type).toContain('partition ');
    expect(terraformMembers.filter((member) => terraformOf(member).includes('variable "partition"'))).toEqual([]);
  });
});

it('has variables and a backend for each environment of fleet/environments.json, in each stack that has environments', () => {
  const { environments } = JSON.parse(textOf('fleet', 'environments.json')) as { environments: { name: string }[] };
  const wanted = environments.flatMap(({ name }) => [`${name}.s3.tfbackend`, `${name}.tfvars`]).sort();
  const stacks = terraformMembers.filter((member) => existsSync(join(root, member, 'environments')));
  expect(stacks).toContain('infra-tf/lib/stacks/application');
  // Who looks for drift may do so with the role that deploys.
  const readers = new Set(environments.map(({ name }) => `${name}.drift.tfbackend`));
  for (const stack of stacks) {
    const files = readdirSync(join(root, stack, 'environments')).filter((file) => !readers.has(file));
    expect(files.sort()).toEqual(wanted);
  }
});

it('has no Terraform module that nothing calls, unless "publishedFor" in its package.json says for whom it is', () => {
  const called = new Set(terraformMembers.flatMap((member) => modulesCalledIn(terraformOf(member))));
  const unused = terraformMembers.filter(
    (member) => member.includes('/modules/') && !called.has(basename(member)) && !manifestOf(member).publishedFor,
  );
  expect(unused).toEqual([]);
});

/** All members that are installed with this one, as pnpm's filter "name..." takes them, by their folders. */
const installedWith = (name: string, seen = new Set<string>()): Set<string> => {
  const member = all.find((each) => manifestOf(each).name === name);
  if (member === undefined || seen.has(member)) return seen;
  seen.add(member);
  const { dependencies, devDependencies } = manifestOf(member);
  for (const each of Object.keys({ ...dependencies, ...devDependencies })) installedWith(each, seen);
  return seen;
};

it('installs nothing of Pulumi for hoist, neither with the CLI nor with what it depends on', () => {
  const ofPulumi = (name: string): string[] =>
    [...installedWith(name)].filter((member) => /"@pulumi\//.test(textOf(member, 'package.json')));
  expect(installedWith('@flaghoist/cli').size).toBeGreaterThan(10);
  expect(ofPulumi('@flaghoist/cli')).toEqual([]);
  expect(textOf('.', 'package.json')).not.toContain('@pulumi/');
  expect(ofPulumi('@flaghoist/state-readers')).toEqual(['packages/state-readers']);
});

describe.each(members)('%s', (member) => {
  it('has a package.json of the common form', () => {
    expect(manifestOf(member)).toMatchObject({
      name: member === proofs ? '@flaghoist/infra-test' : `@flaghoist/${basename(member)}`,
      private: true,
      type: 'module',
      // So that a bundle leaves out files of which it uses nothing.
      sideEffects: false,
      description: expect.stringMatching(/\S.*\.$/),
      ...(member === proofs ? {} : { exports: { './*': './lib/*.ts' } }),
      scripts: { test: 'jest', typecheck: 'tsc --noEmit' },
    });
  });

  it('takes versions from the catalog and siblings from the workspace', () => {
    const { dependencies, devDependencies } = manifestOf(member);
    const wrong = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([name, version]) => version !== (name.startsWith('@flaghoist/') ? 'workspace:*' : 'catalog:'),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps what ships in lib/ and what proves it in test/', () => {
    const [shipped, proving] =
      member === proofs ? [[], treeOf(member)] : [treeOf(member, 'lib'), treeOf(member, 'test')];
    if (member !== proofs) expect(shipped.filter((path) => path.endsWith('.ts'))).not.toEqual([]);
    expect(proving.filter((path) => path.endsWith('.test.ts'))).not.toEqual([]);
    expect(shipped.filter((path) => path.endsWith('.test.ts'))).toEqual([]);
  });

  it('has a README.md that starts with a title and a sentence of what it is for', () => {
    expect(textOf(member, 'README.md')).toMatch(startsWithTitleAndSentence);
  });

  it('has a row in the table of the root README.md', () => {
    expect(textOf('.', 'README.md')).toContain(`\n| [${member}](${member}) | `);
  });

  it('uses the shared TypeScript and jest configuration', () => {
    expect(JSON.parse(textOf(member, 'tsconfig.json'))).toMatchObject({
      extends: '../../tsconfig.base.json',
      include: expect.arrayContaining(member === proofs ? ['.'] : ['lib', 'test']),
    });
    const config = textOf(member, 'jest.config.cjs');
    // The simulator's outage matrix takes two workers.
    if (member === proofs || member === 'packages/simulator') expect(config).toContain('...memberConfig(__dirname)');
    else expect(config).toBe(jestConfig);
  });

  it('has no folder for things without a name', () => {
    const vague = /(^|\/)(utils?|helpers?|common|shared|misc)(\.ts)?$/;
    const tree = member === proofs ? treeOf(member) : [...treeOf(member, 'lib'), ...treeOf(member, 'test')];
    expect(tree.filter((path) => vague.test(path))).toEqual([]);
  });
});

describe.each(lambdas)('the Lambda %s', (member) => {
  it('wires in lib/index.ts and handles in lib/handler.ts', () => {
    expect(treeOf(member, 'lib')).toEqual(expect.arrayContaining(['lib/index.ts', 'lib/handler.ts']));
  });

  it('is built by lambda-build', () => {
    expect(manifestOf(member)).toMatchObject({
      scripts: { build: 'lambda-build' },
      devDependencies: { '@flaghoist/lambda-build': 'workspace:*' },
    });
  });

  it('holds its bundles to the contract of @flaghoist/test-kit/describe-bundles in test/bundle.test.ts', () => {
    expect(textOf(member, 'test/bundle.test.ts')).toMatch(/\bdescribeBundles\(join\(__dirname, '\.\.'\)/);
  });

  it('exports from lib/index.ts what its lambda.json names', () => {
    const { entryPoints } = JSON.parse(textOf(member, 'lambda.json')) as {
      entryPoints: Record<string, { handler: string }>;
    };
    const wanted = Object.values(entryPoints).map(({ handler }) => handler.replace('index.', ''));
    const exported = [...textOf(member, 'lib/index.ts').matchAll(/^export (?:const|(?:async )?function) (\w+)/gm)];
    expect(exported.map(([, name]) => name).sort()).toEqual(wanted.sort());
  });

  it('wires each entry point at its first call, by a function of lib/index.ts that has a name', () => {
    const index = textOf(member, 'lib/index.ts');
    const entryPoints = [...index.matchAll(/^export const (\w+)[^;]*;$/gm)];
    expect(
      entryPoints.filter(([text]) => !/=> wired\(wire[A-Z]\w*\)\(\w*\);$/.test(text)).map(([text]) => text),
    ).toEqual([]);
    // `wired` knows a function again by itself: one that is written at the call would wire at every call.
    expect(entryPoints.length).toBe([...index.matchAll(/^const wire[A-Z]\w* = \(\)/gm)].length);
  });

  it('has the schema of the variables of each entry point in a file of its own', () => {
    const { entryPoints } = JSON.parse(textOf(member, 'lambda.json')) as { entryPoints: object };
    const wanted = Object.keys(entryPoints).map((entryPoint) => `lib/${entryPoint}-variables.ts`);
    expect(
      treeOf(member, 'lib')
        .filter((path) => path.endsWith('-variables.ts'))
        .sort(),
    ).toEqual(wanted.sort());
  });
});
