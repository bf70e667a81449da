import { readLinedYaml, readLinedYamls } from '../lib/lined-yaml.ts';

const read = (text: string) => readLinedYaml('list.yaml', text);

it('gives the value, and the place of each part of it', () => {
  const { value, positionOf, positionOfName } = read('# why\nallowed:\n  - path: a\n\n  - path: b\n    size: 2\n');
  expect(value).toEqual({ allowed: [{ path: 'a' }, { path: 'b', size: 2 }] });
  expect([[], ['allowed'], ['allowed', 1], ['allowed', 1, 'size']].map((path) => positionOf(path).line)).toEqual([
    2, 3, 5, 6,
  ]);
  expect(positionOf(['allowed', 1, 'size'])).toEqual({ line: 6, column: 11 });
  expect(positionOfName(['allowed', 1, 'size'])).toEqual({ line: 6, column: 5 });
});

it('gives the line of what exists of the way to a place', () => {
  expect(read('allowed:\n  - path: a\n  - path: b\n').positionOf(['allowed', 1, 'reason', 0]).line).toBe(3);
  expect(read('allowed: []\n').positionOf(['other']).line).toBe(1);
  expect(read('').positionOf(['other'])).toEqual({ line: 1, column: 1 });
});

/** Each level stands for ten of the one before. */
const aliases = (levels: number): string =>
  [
    'a0: &a0 [x, x]',
    ...Array.from({ length: levels }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(10)}]`),
  ].join('\n');

it('reads an alias of what stands before it', () => {
  expect(read('reason: &why Time passes.\nother: [*why, *why]\n').value).toEqual({
    reason: 'Time passes.',
    other: ['Time passes.', 'Time passes.'],
  });
});

it.each([
  ['a name twice', 'allowed: []\nallowed: []\n', 'list.yaml:2:1: the name is there twice'],
  ['text that is not YAML', 'allowed:\n  - path: "a\n', 'list.yaml:3:1: '],
  ['an alias of nothing', 'version: 1\nallowed: *nothing\n', 'list.yaml:2:10: no anchor &nothing stands before'],
  ['an alias within itself', 'version: 1\nallowed: &a [{ path: *a }]\n', 'list.yaml:2:22: the alias *a stands in what'],
  ['aliases of aliases of aliases', aliases(10), 'list.yaml:1:1: its aliases stand for too many values'],
  ['lists in lists without end', `a:\n  ${'['.repeat(5_000)}`, 'it nests too deep'],
])('names the line of %s, and where to look', (_case, text, place) => {
  expect(() => read(text)).toThrow(place);
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: 'FH_INVALID_FILE', hint: 'Correct the YAML at the named line.' }),
  );
});

describe('a file of several documents', () => {
  it('gives each, with the lines of the file; empty ones are none', () => {
    const documents = readLinedYamls('list.yaml', '---\na: 1\n---\n# nothing\n---\nb:\n  c: 2\n');
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { b: { c: 2 } }]);
    expect(documents[1]?.positionOf(['b', 'c'])).toEqual({ line: 7, column: 6 });
    expect(readLinedYamls('list.yaml', '')).toEqual([]);
  });

  it('names what is wrong in any of them', () => {
    expect(() => readLinedYamls('list.yaml', 'a: 1\n---\nb: 1\nb: 2\n')).toThrow(
      'list.yaml:4:1: the name is there twice',
    );
  });
});
