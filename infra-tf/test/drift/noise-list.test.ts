import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNoiseList } from '@flaghoist/environments/drift/noise-list';

const lib = join(__dirname, '..', '..', 'lib');
const { entries } = parseNoiseList(readFileSync(join(lib, 'drift-noise.yaml'), 'utf8'), 'drift-noise.yaml');
const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tf') && !name.includes('node_modules') && !name.includes('.terraform'))
  .map((name) => readFileSync(join(lib, name), 'utf8'))
  .join('\n');

it('has entries, each about a type that the sources have', () => {
  const types = entries.flatMap((entry) => ('arn' in entry ? [] : [entry.type]));
  expect(types.length).toBeGreaterThan(0);
  expect(types.filter((type) => !sources.includes(`resource "${type}"`))).toEqual([]);
});

it('never quietens what goes against the configuration', () => {
  expect(entries.filter((entry) => !('arn' in entry) && entry.class === 'any')).toEqual([]);
});

it('quietens no tag and nothing that decides who gets in', () => {
  const decisive = /tags|policy|public|cidr|ingress|egress|encrypt|kms|principal|role/;
  expect(entries.filter((entry) => !('arn' in entry) && decisive.test(entry.attribute))).toEqual([]);
});
