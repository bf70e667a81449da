import fc from 'fast-check';
import { escaped, pathSource } from '../lib/path-pattern.ts';

it('escapes a text so that it matches itself and nothing else', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', ...'.*+?^{$}()|[]\\-/'), maxLength: 4 });
  fc.assert(
    fc.property(texts, texts, (text, other) => {
      expect(new RegExp(`^(?:${escaped(text)})$`).test(other)).toBe(other === text);
    }),
  );
});

describe('a pattern of a path', () => {
  const matches = (pattern: string, path: string, element = '\\[\\d\\]'): boolean =>
    new RegExp(`^${pathSource(pattern, element)}$`).test(path);

  it.each([
    ['a.b', 'a.b', true],
    ['a.b', 'axb', false],
    ['a.*', 'a.size', true],
    ['a.*', 'a.b.c', false],
    ['a.*', 'a.b[0]', false],
    ['a.d*e', 'a.dare', true],
    ['a[*].b', 'a[0].b', true],
    ['a[*].b', 'a["x"].b', false],
    ['a["x.y"].b', 'a["x.y"].b', true],
  ])('%s for %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });
});
