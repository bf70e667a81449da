import { rememberByText } from '../lib/remember.ts';

const counting = (bounds?: { maxTexts?: number; maxCharacters?: number }) => {
  const computed: string[] = [];
  const lengthOf = rememberByText((text) => {
    computed.push(text);
    return text.length;
  }, bounds);
  return { computed, lengthOf };
};

it('computes once per text, equal texts being one', () => {
  const { computed, lengthOf } = counting();
  expect([lengthOf('abc'), lengthOf(['a', 'bc'].join('')), lengthOf('d')]).toEqual([3, 3, 1]);
  expect(computed).toEqual(['abc', 'd']);
});

it('remembers undefined too', () => {
  let computed = 0;
  const nothing = rememberByText(() => {
    computed += 1;
  });
  nothing('a');
  nothing('a');
  expect(computed).toBe(1);
});

it('keeps what is used and forgets the rest', () => {
  const { computed, lengthOf } = counting({ maxTexts: 4 });
  for (const text of ['hot', 'a', 'hot', 'b', 'hot', 'c', 'hot', 'd', 'hot', 'a']) lengthOf(text);
  expect(computed).toEqual(['hot', 'a', 'b', 'c', 'd', 'a']);
});

it('is bounded by characters as well', () => {
  const { computed, lengthOf } = counting({ maxCharacters: 10 });
  for (const text of ['aaaaaa', 'bbbbbb', 'cccccc', 'aaaaaa']) lengthOf(text);
  expect(computed).toEqual(['aaaaaa', 'bbbbbb', 'cccccc', 'aaaaaa']);
});

it('does not remember a failure', () => {
  let fails = true;
  const once = rememberByText((text) => {
    if (fails) throw new Error('not now');
    return text;
  });
  expect(() => once('a')).toThrow('not now');
  fails = false;
  expect(once('a')).toBe('a');
});
