import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { documentsOf } from '../scripts/documents.ts';

const root = join(__dirname, '../../..');
const folder = join(root, 'fleet');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const written = documentsOf(root);

/** What a company edits: all files of the folder but those that are written. */
const edited = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
  .filter((file) => !Object.hasOwn(written, file) && !['README.md', 'policies/released.json'].includes(file))
  .sort();

it.each(Object.entries(written))('fleet/%s is current', (file, content) => {
  if (read(file) !== content)
    throw new Error(`fleet/${file} is not what its sources say. Run "pnpm fleet" and commit it.`);
});

it('finds the files', () => {
  expect(edited).toEqual(expect.arrayContaining(['people.json', 'policies/prod.v1.json', 'topology.json']));
});

/** The schema that a file names for editors, from the folder. */
const schemaOf = (file: string): string | undefined => {
  const [, json, yaml] = /"\$schema": "([^"]+)"|# yaml-language-server: \$schema=(\S+)/.exec(read(file)) ?? [];
  const named = json ?? yaml;
  return named === undefined ? undefined : normalize(join(dirname(file), named));
};

describe.each(edited)('fleet/%s', (file) => {
  it('names a schema for editors that exists, and fits it', () => {
    const schema = schemaOf(file) ?? '';
    expect(Object.keys(written)).toContain(schema);
    const validate = new Ajv2020({ strict: false, formats: { date: true } }).compile(JSON.parse(written[schema] ?? ''));
    validate(parse(read(file)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('stands in README.md', () => {
    const rows = [...read('README.md').matchAll(/^\| \[`([^`]+)`\]\(([^)]+)\) \|/gm)].map(([, name = '']) => name);
    const pattern = file.replace(/^policies\/.+\.v\d+\.json$/, 'policies/<name>.v<version>.json');
    expect(rows).toContain(pattern);
  });
});

it('has no row in README.md of a file that is not there', () => {
  const targets = [...read('README.md').matchAll(/^\| \[`[^`]+`\]\(([^)]+)\) \|/gm)].map(([, target = '']) => target);
  expect(targets.length).toBeGreaterThan(2);
  for (const target of targets) expect(() => readdirSync(dirname(join(folder, target)))).not.toThrow();
});

it.each(['topology', 'environments', 'policy', 'people', 'parity', 'drift-noise'])(
  'the schema of %s knows no member but those it names',
  (name) => {
    const validate = new Ajv2020({ strict: false, formats: { date: true } }).compile(
      JSON.parse(written[`schemas/${name}.schema.json`] ?? ''),
    );
    const file = edited.find((each) => schemaOf(each) === `schemas/${name}.schema.json`) ?? '';
    expect(validate({ ...parse(read(file)), misspelt: 1 })).toBe(false);
  },
);
