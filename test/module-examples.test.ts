import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const modules = join(__dirname, '..', 'infra-tf', 'lib', 'modules');
const names = readdirSync(modules).filter((name) => existsSync(join(modules, name, 'outputs.tf')));

/** What the files of a module declare, such as `variable "context"`. */
const declaredIn = (name: string, kind: 'variable' | 'output'): readonly string[] =>
  readdirSync(join(modules, name))
    .filter((file) => file.endsWith('.tf'))
    .flatMap((file) => [
      ...readFileSync(join(modules, name, file), 'utf8').matchAll(new RegExp(`^${kind} "(\\w+)"`, 'gm')),
    ])
    .map(([, declared = '']) => declared);

/** Blocks of Terraform in a README. */
const examplesOf = (name: string): readonly string[] => {
  const readme = readFileSync(join(modules, name, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```hcl\n([\s\S]*?)^```/gm)].map(([, example = '']) => example);
};

interface Call {
  readonly source: string;
  readonly given: readonly string[];
}

/** The calls of modules of this repository that an example has, by their names. */
const callsIn = (example: string): ReadonlyMap<string, Call> =>
  new Map(
    [...example.matchAll(/^module "(\w+)" \{\n([\s\S]*?)^\}/gm)].flatMap(([, name = '', body = '']) => {
      const source = /^ {2}source\s*=\s*"[^"]*\/([\w-]+)"/m.exec(body)?.[1] ?? '';
      const given = [...body.matchAll(/^ {2}(\w+)\s*=/gm)].map(([, argument = '']) => argument);
      return names.includes(source) ? [[name, { source, given }] as const] : [];
    }),
  );

const META = ['source', 'for_each', 'count', 'providers'];

describe.each(names)('the examples of the README of %s', (name) => {
  const examples = examplesOf(name);

  it('give inputs that the modules have', () => {
    const unknown = examples.flatMap((example) =>
      [...callsIn(example).values()].flatMap(({ source, given }) => {
        const known = [...META, ...declaredIn(source, 'variable')];
        return given.filter((each) => !known.includes(each)).map((each) => `${source}: ${each}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  it('read outputs that the modules have', () => {
    const unknown = examples.flatMap((example) =>
      [...example.matchAll(/\bmodule\.(\w+)\.(\w+)/g)].flatMap(([read, called = '', output = '']) => {
        // Called as in the example, or as the module is; of another name it is one of all modules.
        const named = callsIn(example).get(called)?.source ?? called.replaceAll('_', '-');
        const meant = names.includes(named) ? [named] : names;
        return meant.some((each) => declaredIn(each, 'output').includes(output)) ? [] : [read];
      }),
    );
    expect(unknown).toEqual([]);
  });
});

it('are found', () => {
  const calls = names.flatMap((name) => examplesOf(name).flatMap((example) => [...callsIn(example).keys()]));
  expect(calls).toEqual(expect.arrayContaining(['remediation', 'alarms', 'deployment_role', 'network']));
});
