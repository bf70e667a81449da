import * as z from 'zod/mini';
import { type Kind, readChecked } from '../lib/read-file.ts';

const schema = z.record(z.string(), z.string());
const json: Kind<typeof schema> = { schema, format: 'json', hint: 'Correct it.' };
const yaml: Kind<typeof schema> = { ...json, format: 'yaml' };

describe.each([
  [
    'UTF-16',
    json,
    Buffer.from('{\n"a": "b"}', 'utf16le').toString('utf8'),
    /^file:1:2: there are bytes .* UTF-8\. Save/,
  ],
  [
    'Latin-1 in YAML',
    yaml,
    Buffer.from('a: b\nc: caf\u00E9\n', 'latin1').toString('utf8'),
    /^file:2:7: there are bytes/,
  ],
  ['a byte order mark in JSON', json, '\uFEFF{}', /^file:1:1: the file begins with a byte order mark.* Save it/],
  ['half of a character', json, '{\n  "a": "x\\ud800"}', /^file:2:8: .*half of a character.* Write the whole/],
  ['half of a character in a name', json, '{\n  "x\\ud800": "a"}', /^file:2:3: .*half of a character/],
  ['half of a character in YAML', yaml, 'b: c\na: "\\ud800"\n', /^file:2:4: .*half of a character/],
] as const)('%s', (_what, kind, text, says) => {
  it('is named with its place, and with what to do', () => {
    expect(() => readChecked(kind, 'file', text)).toThrow(
      expect.objectContaining({ code: 'FH_INVALID_FILE', message: expect.stringMatching(says) }),
    );
  });
});

it('reads other lines and a byte order mark in YAML, which has them', () => {
  expect(readChecked(yaml, 'file', '\uFEFFa: b\r\nc: d\r\n').value).toEqual({ a: 'b', c: 'd' });
});
