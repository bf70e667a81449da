import * as z from 'zod/mini';
import {
  DigestMismatchError,
  FlaghoistError,
  InvalidInputError,
  isRetryable,
  UnavailableError,
} from '../lib/errors.ts';
import { parse, parseJson, parseJsonUntouched } from '../lib/parse.ts';

const cause = new Error('socket closed');

describe('an error of the product', () => {
  it.each([
    {
      error: new InvalidInputError('proposal', ['/kind: is missing', '/owner: is empty'], 'Correct it.', cause),
      code: 'FH_INVALID_INPUT',
      message: 'proposal is not valid: /kind: is missing; /owner: is empty',
      hint: 'Correct it.',
      retryable: false,
    },
    {
      error: new DigestMismatchError('envelope of a', 'aa', 'bb'),
      code: 'FH_DIGEST_MISMATCH',
      message: 'envelope of a claims digest aa but hashes to bb',
      hint: 'The content was altered after it was sealed. Propose the change again; never edit a sealed envelope.',
      retryable: false,
    },
    {
      error: new UnavailableError('the cache of billing', 'Look at its node.', cause),
      code: 'FH_UNAVAILABLE',
      message: 'the cache of billing is not available',
      hint: 'Look at its node.',
      retryable: true,
    },
  ])('$code says what is wrong, what to do and whether to retry', ({ error, code, message, hint, retryable }) => {
    expect(error).toMatchObject({ name: code, code, message, hint, retryable });
    expect(error).toBeInstanceOf(FlaghoistError);
    expect(isRetryable(error)).toBe(retryable);
    expect(String(error)).toBe(`${code}: ${message}`);
  });

  it('keeps its cause, if it has one', () => {
    expect(new UnavailableError('x', 'y', cause).cause).toBe(cause);
    expect(new UnavailableError('x', 'y')).not.toHaveProperty('cause');
  });

  it('of an unknown kind counts as transient: losing work is worse than repeating it', () => {
    expect(isRetryable(new TypeError('x is undefined'))).toBe(true);
    expect(isRetryable('a string')).toBe(true);
  });
});

describe('parsing', () => {
  const schema = z.object({ name: z.string(), list: z.array(z.object({ size: z.int() })) });
  const subject = { what: 'thing', hint: 'Mend it.' };

  it('names every place that does not fit, not only the first', () => {
    const wrong = { name: 1, list: [{ size: 1 }, { size: 'two' }] };
    expect(() => parse(schema, wrong, subject)).toThrow(
      expect.objectContaining({
        message:
          'thing is not valid: /name: Invalid input: expected string, received number; /list/1/size: Invalid input: expected number, received string',
        places: [expect.stringMatching(/^\/name: /), expect.stringMatching(/^\/list\/1\/size: /)],
        hint: 'Mend it.',
        retryable: false,
      }),
    );
  });

  it.each([
    ['a list', [1, 2], 'it is a list; expected an object with the members name, list'],
    ['a text', 'name', 'it is "name"; expected an object with the members name, list'],
    ['nothing', null, 'it is null; expected an object with the members name, list'],
    ['another object', { title: 'Notes', lines: 7 }, 'it has "title", "lines", and none of name, list'],
    ['nothing at all', {}, 'it has no member, and none of name, list'],
    [
      'an object with an optional member alone',
      { $schema: 'x', note: 'y' },
      'it has "$schema", "note", and none of name, list',
    ],
  ])('says of %s once that it is something else', (_what, value, told) => {
    const loose = z.object({ ...schema.shape, $schema: z.optional(z.string()), note: z.optional(z.string()) });
    for (const form of [
      loose,
      z.strictObject(loose.shape),
      z.pipe(
        loose,
        z.transform((it) => it),
      ),
    ])
      expect(() => parseJson(form, JSON.stringify(value), subject)).toThrow(`thing is not valid: /: ${told}`);
  });

  it('names text that is not JSON, and keeps the cause', () => {
    expect(() => parseJson(schema, '{"name"', subject)).toThrow(
      expect.objectContaining({
        code: 'FH_INVALID_INPUT',
        message: expect.stringContaining('not JSON'),
        cause: expect.any(SyntaxError),
      }),
    );
  });

  it.each(['', ' \n'])('says of a text that is empty how files come to be so: %j', (text) => {
    expect(() => parseJson(schema, text, subject)).toThrow(
      'thing is not valid: not JSON: it is empty, as a file is whose command has failed',
    );
  });

  it('gives back what stood in the text when it is to stay untouched', () => {
    const text = '{"name":"a","list":[],"__proto__":{"evil":true},"unknown":1}';
    expect(JSON.stringify(parseJsonUntouched(schema, text, subject))).toBe(text);
    expect(JSON.stringify(parseJson(schema, text, subject))).toBe('{"name":"a","list":[]}');
    expect(() => parseJsonUntouched(schema, '{"name":"a"}', subject)).toThrow('/list');
  });
});
