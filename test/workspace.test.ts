import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(__dirname, '..', 'packages');

// A folder without package.json is what git leaves behind when another branch has a member that this one has not.
const members = readdirSync(packages).filter((folder) => existsSync(join(packages, folder, 'package.json')));
const lambdas = members.filter((folder) => existsSync(join(packages, folder, 'lambda.json')));

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
}

const textOf = (member: string, file: string): string => {
  const path = join(packages, member, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
const manifestOf = (member: string): Manifest => JSON.parse(textOf(member, 'package.json')) as Manifest;

/** Paths of all folders and files below, relative to the member, without what is installed or built. */
const treeOf = (member: string, below: string): string[] => {
  const directory = join(packages, member, below);
  if (!existsSync(directory)) return [];
  return readdirSync(directory).flatMap((name) => {
    const path = `${below}/${name}`;
    return statSync(join(packages, member, path)).isDirectory() ? [path, ...treeOf(member, path)] : [path];
  });
};

const jestConfig = `const { memberConfig } = require('../../test/jest/member-config.cjs');
module.exports = memberConfig(__dirname);
`;

const infrastructure = join(__dirname, '..', 'infra-tf', 'lib');
const terraformMembers = ['modules', 'stacks'].flatMap((parent) =>
  readdirSync(join(infrastructure, parent))
    .filter((folder) => existsSync(join(infrastructure, parent, folder, 'package.json')))
    .map((folder) => ({ parent, folder, directory: join(infrastructure, parent, folder) })),
);

describe.each(terraformMembers)('infra-tf/lib/$parent/$folder', ({ parent, folder, directory }) => {
  const files = readdirSync(directory);
  const sources = files
    .filter((name) => name.endsWith('.tf'))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;

  it('has a package.json of the common form', () => {
    expect(manifest).toMatchObject({
      name: `@flaghoist/${parent === 'modules' ? 'tf' : 'stack'}-${folder}`,
      private: true,
      description: expect.stringMatching(/\S.*\.$/),
      scripts: { test: 'terraform-member check' },
    });
  });

  it('depends on the modules that it calls, or turbo would take an old result for a new one', () => {
    const called = sources.flatMap((text) => [...text.matchAll(/source\s*=\s*"(?:\.\.\/)+(?:modules\/)?([a-z-]+)"/g)]);
    const wanted = [...new Set(['@flaghoist/terraform', ...called.map(([, name]) => `@flaghoist/tf-${name}`)])].sort();
    expect(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort()).toEqual(wanted);
  });

  it('has the files of the common form', () => {
    expect(files).toEqual(expect.arrayContaining(['versions.tf', 'outputs.tf', 'README.md', 'test']));
    expect(readdirSync(join(directory, 'test'))).toContain('values.tftest.hcl');
    if (files.includes('variables.tf')) expect(readdirSync(join(directory, 'test'))).toContain('contract.tftest.hcl');
  });

  it('has a README.md that starts with a title and a sentence of what it is for', () => {
    expect(readFileSync(join(directory, 'README.md'), 'utf8')).toMatch(/^# \S.*\n\n(?![#|>-]|```)\S[^#|]*?\.\s/);
  });

  it('describes and types every variable', () => {
    const variables = sources.flatMap((text) => [...text.matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)]);
    const wrong = variables.filter(
      ([, , body = '']) => !/^ {2}description\s*=/m.test(body) || !/^ {2}type\s*=/m.test(body),
    );
    expect(wrong.map(([, name]) => name)).toEqual([]);
    expect(
      variables.filter(([, , body = '']) => /\bany\b/.test(body.split('description')[0] ?? '')).map(([, name]) => name),
    ).toEqual([]);
  });
});

it('has members to check', () => {
  expect(terraformMembers.map(({ folder }) => folder)).toContain('naming');
  expect(members).toContain('lambda-build');
});

describe.each(members)('packages/%s', (member) => {
  it('has a package.json of the common form', () => {
    expect(manifestOf(member)).toMatchObject({
      name: `@flaghoist/${member}`,
      private: true,
      type: 'module',
      // So that a bundle leaves out files of which it uses nothing.
      sideEffects: false,
      description: expect.stringMatching(/\S.*\.$/),
      exports: { './*': './lib/*.ts' },
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
    expect(treeOf(member, 'lib').filter((path) => path.endsWith('.ts'))).not.toEqual([]);
    expect(treeOf(member, 'test').filter((path) => path.endsWith('.test.ts'))).not.toEqual([]);
    expect(treeOf(member, 'lib').filter((path) => path.endsWith('.test.ts'))).toEqual([]);
  });

  it('has a README.md that starts with a title and a sentence of what it is for', () => {
    expect(textOf(member, 'README.md')).toMatch(/^# \S.*\n\n(?![#|>-]|```)\S[^#|]*?\.\s/);
  });

  it('uses the shared TypeScript and jest configuration', () => {
    expect(JSON.parse(textOf(member, 'tsconfig.json'))).toMatchObject({
      extends: '../../tsconfig.base.json',
      include: expect.arrayContaining(['lib', 'test']),
    });
    expect(textOf(member, 'jest.config.cjs')).toBe(jestConfig);
  });

  it('has no folder for things without a name', () => {
    const vague = /(^|\/)(utils?|helpers?|common|shared|misc)(\.ts)?$/;
    expect([...treeOf(member, 'lib'), ...treeOf(member, 'test')].filter((path) => vague.test(path))).toEqual([]);
  });
});

// describe.each refuses an empty list.
if (lambdas.length > 0) {
  describe.each(lambdas)('the Lambda packages/%s', (member) => {
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
}
