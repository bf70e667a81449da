import { counted, shortened } from '../lib/terminal.ts';

it('cuts what is longer, and lets none of it act on the terminal', () => {
  expect(shortened('abcde', 5)).toBe('abcde');
  expect(shortened('abcdef', 5)).toBe('abcd…');
  expect(shortened('a\u001b[2J', 10)).toBe('a\\u001b[2J');
});

it('counts in the singular and the plural', () => {
  expect([0, 1, 2].map((count) => counted(count, 'rule'))).toEqual(['0 rules', '1 rule', '2 rules']);
});
