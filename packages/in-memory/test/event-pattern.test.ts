import { InvalidInputError } from '@flaghoist/core/errors';
import { matches, parsePattern } from '@flaghoist/in-memory/event-pattern';
import fc from 'fast-check';

const event = {
  source: 'flaghoist',
  'detail-type': 'VerifyRequested',
  region: 'eu-west-1',
  resources: [],
  detail: { version: 1, detail: { region: 'us-east-1', changeIds: ['a', 'b'], knownGood: null } },
};

describe('an event pattern', () => {
  it.each([
    ['nothing', {}],
    ['one of several values', { 'detail-type': ['ChangeAccepted', 'VerifyRequested'] }],
    ['several fields', { source: ['flaghoist'], region: ['eu-west-1'] }],
    ['nested fields', { detail: { detail: { region: ['us-east-1'] } } }],
    ['numbers and null', { detail: { version: [1, 2], detail: { knownGood: [null] } } }],
    ['a value of a list', { detail: { detail: { changeIds: ['b', 'z'] } } }],
  ])('matches %s', (_what, pattern) => {
    expect(matches(parsePattern(pattern), event)).toBe(true);
  });

  it.each([
    ['another value', { source: ['aws.ec2'] }],
    ['a value that only looks the same', { detail: { version: ['1'] } }],
    ['a field that is not there', { detail: { order: [1] } }],
    ['one field of two', { source: ['flaghoist'], region: ['us-east-1'] }],
    ['an empty list', { resources: ['arn'] }],
    ['an object where a value is', { source: { name: ['flaghoist'] } }],
    ['a value where an object is', { detail: ['flaghoist'] }],
    ['what every object inherits', { toString: { name: ['toString'] } }],
  ])('does not match %s', (_what, pattern) => {
    expect(matches(parsePattern(pattern), event)).toBe(false);
  });

  it('that names what an event has matches it, whatever the values', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), leaf), leaf, (detail, other) => {
        const pattern = Object.fromEntries(Object.entries(detail).map(([key, value]) => [key, [other, value]]));
        expect(matches(parsePattern(pattern), detail)).toBe(true);
      }),
    );
  });

  it.each([
    ['an operator', { source: [{ prefix: 'flag' }] }],
    ['an empty list', { source: [] }],
    ['a bare value', { source: 'flaghoist' }],
    ['no object', 'flaghoist'],
  ])('is refused when it is %s', (_what, pattern) => {
    expect(() => parsePattern(pattern)).toThrow(InvalidInputError);
  });
});
