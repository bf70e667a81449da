import { InvalidInputError } from '@flaghoist/core/errors';
import * as z from 'zod/mini';
import { readLinedYaml } from '../lib/lined-yaml.ts';

const schema = z.strictObject({ allowed: z.array(z.strictObject({ path: z.string(), size: z.optional(z.number()) })) });
const read = (text: string) => readLinedYaml(schema, text, { file: 'list.yaml', hint: 'Each entry has a path.' });

it('gives the value, and the line of each place in it', () => {
  const { value, lineOf } = read('# why\nallowed:\n  - path: a\n\n  - path: b\n    size: 2\n');
  expect(value).toEqual({ allowed: [{ path: 'a' }, { path: 'b', size: 2 }] });
  expect([[], ['allowed'], ['allowed', 1], ['allowed', 1, 'size']].map(lineOf)).toEqual([2, 3, 5, 6]);
});

it('gives the line of what exists of the way to a place', () => {
  expect(read('allowed:\n  - path: a\n  - path: b\n').lineOf(['allowed', 1, 'reason', 0])).toBe(3);
  expect(read('allowed: []\n').lineOf(['other'])).toBe(1);
});

it.each([
  ['another type', 'allowed:\n  - path: a\n  - path: 3\n', 'line 3: allowed.1.path: '],
  ['a member that is missing', 'allowed:\n  - path: a\n  - size: 3\n', 'line 3: allowed.1.path: '],
  ['a member more', 'allowed:\n  - path: a\n    reason: x\n', 'line 2: allowed.0: '],
  ['another shape', '- a\n', 'line 1: the file: '],
  ['an empty file', '', 'line 1: the file: '],
  ['a name twice', 'allowed: []\nallowed: []\n', 'line 2: Map keys must be unique'],
  ['text that is not YAML', 'allowed:\n  - path: "a\n', 'line 3: '],
])('names the line of %s', (_case, text, place) => {
  expect(() => read(text)).toThrow(InvalidInputError);
  expect(() => read(text)).toThrow(`list.yaml is not valid: ${place}`);
});

it('says what to write where the value is wrong, and where to look where the YAML is', () => {
  expect(() => read('allowed: 1\n')).toThrow(expect.objectContaining({ hint: 'Each entry has a path.' }));
  expect(() => read('allowed: [\n')).toThrow(expect.objectContaining({ hint: 'Correct the YAML at the named line.' }));
});
