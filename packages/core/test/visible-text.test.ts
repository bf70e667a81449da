import fc from 'fast-check';
import { visibleInLines, visibleText } from '../lib/visible-text.ts';

it.each([
  ['a\u001b[2Jb', 'a\\u001b[2Jb'],
  ['a\u202eb', 'a\\u202eb'],
  ['\ud83d', '\\ud83d'],
  ['\u{e0041}', '\\udb40\\udc41'],
  ['a\u0301', 'a\\u0301'],
  ['é, ü and 旗', 'é, ü and 旗'],
])('writes %j as %j', (text, visible) => {
  expect(visibleText(text)).toBe(visible);
});

it('keeps lines apart, or puts them on one', () => {
  expect(visibleInLines('a\n\tb')).toBe('a\n\\u0009b');
  expect(visibleText('a\nb')).toBe('a\\nb');
});

it('leaves nothing that a terminal acts on', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visibleText(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});
