import { readChecked } from '../lib/read-file.ts';
import { checkovKind, driftNoiseKind, parityKind, patternProblem } from '../lib/reviewed-lists.ts';

/** A member of a YAML list, its values as JSON. */
const lines = (members: Record<string, unknown>): string =>
  Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value], index) => `${index === 0 ? '  - ' : '    '}${name}: ${JSON.stringify(value)}\n`)
    .join('');

describe('parity.yaml', () => {
  const allowed = (more: Record<string, unknown> = {}): string =>
    lines({
      path: 'var.size',
      direction: 'increasing',
      reason: 'Cost.',
      owner: 'team',
      expires: '2027-03-31',
      ...more,
    });
  const entry = (more: Record<string, unknown> = {}): string => `version: 1\nallowed:\n${allowed(more)}`;
  const read = (text: string) => readChecked(parityKind, 'parity.yaml', text);

  it('is read, and says where each entry stands', () => {
    const { value, positionOf } = read(entry());
    expect(value.allowed).toMatchObject([{ path: 'var.size', direction: 'increasing' }]);
    expect(positionOf(['allowed', 0, 'owner'])).toEqual({ line: 6, column: 12 });
  });

  it.each([
    ['no YAML', 'allowed: [', /^parity\.yaml:1:\d+: .*sequence/],
    [
      'a name twice',
      `${entry()}    owner: "other"\n`,
      /^parity\.yaml:8:5: the name is there twice\. Keep one of the two\.$/,
    ],
    ['another version', entry().replace('version: 1', 'version: 2'), /^parity\.yaml:1:10: version is 2; expected 1\.$/],
    [
      'an entry without reason',
      entry({ reason: undefined }),
      /^parity\.yaml:3:5: allowed\[0\]\.reason is missing\. Add reason\.$/,
    ],
    ['a blank owner', entry({ owner: ' ' }), /^parity\.yaml:6:12: allowed\[0\]\.owner is " ": must not be blank/],
    ['a day that is none', entry({ expires: '2027-02-30' }), /^parity\.yaml:7:14: .*must be a date that exists/],
    [
      'a direction that is none',
      entry({ direction: 'increasin' }),
      /^parity\.yaml:4:16: .*expected one of .*Did you mean "increasing"\?$/,
    ],
    [
      'a member that nobody knows',
      entry({ why: 'x' }),
      /^parity\.yaml:8:5: there is no member "why" here; expected path, /,
    ],
    ['a whole section', entry({ path: 'var' }), /^parity\.yaml:3:11: path "var" names a whole section/],
    ['a wildcard over attributes', entry({ path: 'aws_x.this.*' }), /^parity\.yaml:3:11: path .* ends with a wildcard/],
    ['a wildcard over everything', entry({ path: '**.size' }), /^parity\.yaml:3:11: path .* has "\*\*"/],
    [
      'a path twice',
      `${entry()}${allowed()}`,
      /^parity\.yaml:8:5: allowed\[1\] is about the same as allowed\[0\]\. Join/,
    ],
    [
      'a scale without direction',
      entry({ direction: 'literal', scale: ['s', 'm'] }),
      /^parity\.yaml:8:12: a scale says nothing/,
    ],
    [
      'a scale with a value twice',
      entry({ scale: ['s', 'm', 's'] }),
      /^parity\.yaml:8:12: the scale has a value twice/,
    ],
  ])('is refused with %s', (_what, text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'FH_INVALID_FILE', message: expect.stringMatching(message) }),
    );
  });

  it.each(['aws_x.this[*].size', 'module.*.aws_x.this.size', 'aws_x.this.tags["a.b"]', 'v*r.size'])(
    'may have the path %s',
    (path) => {
      expect(patternProblem(path)).toBeUndefined();
      expect(() => read(entry({ path }))).not.toThrow();
    },
  );
});

describe('drift-noise.yaml', () => {
  const about = { reason: 'Time passes.', owner: 'team', expires: '2027-06-30' };
  const noise = (members: Record<string, unknown>): string => lines({ ...members, ...about, ...members });
  const attribute = { type: 'a', attribute: 'b' };
  const read = (...entries: readonly string[]) =>
    readChecked(driftNoiseKind, 'noise.yaml', `version: 1\nnoise:\n${entries.join('')}`);

  it('has entries of two forms', () => {
    const { value } = read(noise(attribute), noise({ arn: 'arn:aws:ecs:*:*:task/*' }));
    expect(value.noise).toEqual([
      { ...attribute, ...about, class: 'state-only' },
      { ...about, arn: 'arn:aws:ecs:*:*:task/*' },
    ]);
  });

  it.each([
    ['no owner', noise({ ...attribute, owner: undefined }), /^noise\.yaml:3:5: noise\[0\]\.owner is missing/],
    [
      'a blank reason',
      noise({ ...attribute, reason: ' ' }),
      /^noise\.yaml:5:13: noise\[0\]\.reason is " ": must not be blank/,
    ],
    [
      'a day that is none',
      noise({ ...attribute, expires: '2027-02-30' }),
      /^noise\.yaml:\d:14: .*must be a date that exists/,
    ],
    [
      'a wildcard for all',
      noise({ type: 'a', attribute: '*' }),
      /^noise\.yaml:4:16: .*must begin with the name of an attribute/,
    ],
    ['a wildcard over parts', noise({ type: 'a', attribute: 'b**' }), /^noise\.yaml:4:16: .*must not have "\*\*"/],
    ['existence', noise({ type: 'a', attribute: '#existence' }), /^noise\.yaml:4:16: .*must be an attribute/],
    [
      'another class',
      noise({ ...attribute, class: 'pending' }),
      /^noise\.yaml:5:12: noise\[0\]\.class is "pending"; expected one of "state-only", "any"/,
    ],
    [
      'any ARN',
      noise({ arn: 'arn:*' }),
      /^noise\.yaml:3:10: noise\[0\]\.arn is "arn:\*": must be an ARN up to its service/,
    ],
    [
      'both forms',
      noise({ arn: 'arn:aws:ecs:*', attribute: 'b' }),
      /^noise\.yaml:4:5: there is no member "attribute" here; expected reason, owner, expires, arn/,
    ],
    [
      'a bound that is no number',
      noise({ ...attribute, min: 'one' }),
      /^noise\.yaml:5:10: noise\[0\]\.min is "one": expected number/,
    ],
    [
      'an unknown member',
      noise({ ...attribute, adress: 'x' }),
      /^noise\.yaml:5:5: there is no member "adress" here; .*Did you mean "address"\?$/,
    ],
    [
      'the same twice',
      noise(attribute) + noise(attribute),
      /^noise\.yaml:8:5: noise\[1\] is about the same as noise\[0\]/,
    ],
    ['no YAML', '  - type: [a\n', /^noise\.yaml:4:/],
  ])('is refused with %s', (_what, text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'FH_INVALID_FILE', message: expect.stringMatching(message) }),
    );
  });
});

describe('checkov-exceptions.yaml', () => {
  it.each([
    ['no check', { check: 'AWS_1' }, /check is "AWS_1": must be the id of a check/],
    ['no resource', { resources: [] }, /resources is a list of 0/],
    ['a word as reason', { reason: 'Meant.' }, /reason is "Meant\.": must be a sentence/],
    ['an unknown member', { resource: 'x' }, /no member "resource" here; .*Did you mean "resources"\?/],
  ])('is refused with %s', (_what, more, message) => {
    const whole = {
      check: 'CKV_AWS_1',
      resources: ['aws_lb.this'],
      reason: 'The company wants it like this.',
      ...more,
    };
    expect(() => readChecked(checkovKind, 'x.yaml', lines(whole).replaceAll(/^ {2}/gm, ''))).toThrow(message);
  });
});
