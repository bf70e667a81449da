import { readLinedJson } from '@flaghoist/fleet/lined-json';
import fc from 'fast-check';
import { JsonOutline } from '../lib/validate/input/json-outline.ts';

/** All paths of a value, and one that leads to nothing below each. */
const pathsOf = (value: unknown): readonly (readonly string[])[] => [
  [],
  ['nothing-has-this-name', '0'],
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => pathsOf(member).map((path) => [name, ...path]))
    : []),
];

const name = fc.oneof(
  fc.constantFrom('a', 'b', '"', '\\', '\\"', '0', 'a/b~c', '{', '\u00e9\u{1f6a9}', ''),
  fc.string(),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('list'), tie('object')),
  leaf: fc.oneof(name, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
  list: fc.array(tie('any'), { maxLength: 4 }),
  object: fc.dictionary(name, tie('any'), { maxKeys: 4 }),
})).any;

it('finds each value where a tree of the whole text has it', () => {
  fc.assert(
    fc.property(value, fc.constantFrom('', ' ', '  ', '\t'), (written, indent) => {
      const text = JSON.stringify(written, null, indent);
      const tree = readLinedJson('x.json', text);
      const outline = new JsonOutline('x.json', text);
      for (const path of pathsOf(JSON.parse(text))) expect(outline.positionOf(path)).toEqual(tree.positionOf(path));
    }),
    { numRuns: 500 },
  );
});

it.each(['{"a":1,"a":2}', '[{"b":{"\\u0061":1,\n"a":2}}]', '{"x":[{"y":1,\n\n"y":[]}],"x":0}'])(
  'refuses %s as a tree does',
  (text) => {
    const messageOf = (read: () => unknown): string => {
      try {
        read();
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const told = messageOf(() => new JsonOutline('x.json', text));
    expect(told).toContain('is there twice, first at line ');
    expect(told).toBe(messageOf(() => readLinedJson('x.json', text)));
  },
);

it('finds what is nested deeper than a parser can go at the beginning of its flag', () => {
  const deep = `${'{"!":['.repeat(20_000)}true${']}'.repeat(20_000)}`;
  const outline = new JsonOutline('x.json', `{"flags":{\n"pay-later":{"targeting":${deep}}}}`);
  expect(outline.positionOf(['flags', 'pay-later', 'targeting', '!', '0'])).toEqual({ line: 2, column: 13 });
});
