import * as fc from 'fast-check';
import { rememberByText } from '../lib/remember.ts';

const counting = () => {
  const computed: string[] = [];
  const compute = (text: string): string => {
    computed.push(text);
    return text.toUpperCase();
  };
  return { computed, compute };
};

it('computes once for equal texts, whatever came in between', () => {
  const { computed, compute } = counting();
  const remembered = rememberByText(compute);
  expect(['a', 'b', 'a', 'b', 'a'].map(remembered)).toEqual(['A', 'B', 'A', 'B', 'A']);
  expect(computed).toEqual(['a', 'b']);
});

it('forgets what was not used since, and keeps what was', () => {
  const { computed, compute } = counting();
  const remembered = rememberByText(compute, { maxTexts: 4 });
  for (const text of ['a', 'b', 'a', 'c', 'a', 'd', 'a', 'e', 'a', 'b']) remembered(text);
  expect(computed.filter((text) => text === 'a')).toHaveLength(1);
  expect(computed.filter((text) => text === 'b')).toHaveLength(2);
});

it('does not remember what threw', () => {
  let calls = 0;
  const remembered = rememberByText(() => {
    calls += 1;
    throw new Error('no');
  });
  expect(() => remembered('a')).toThrow('no');
  expect(() => remembered('a')).toThrow('no');
  expect(calls).toBe(2);
});

it('gives what the function gives, however little it may keep', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 40 }),
      (texts, maxTexts, maxCharacters) => {
        const remembered = rememberByText((text) => text.length, { maxTexts, maxCharacters });
        expect(texts.map(remembered)).toEqual(texts.map((text) => text.length));
      },
    ),
  );
});
