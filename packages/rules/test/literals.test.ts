import { exampleEnvelope, withDocument } from '../lib/examples/envelope.ts';
import { validate } from '../lib/validate.ts';

const v = (name: string) => ({ var: name });

const brokenBy = (members: Record<string, unknown>): string[] => [
  ...new Set(
    validate(exampleEnvelope(withDocument(members)), ['change', 'standing']).violations.map(({ ruleId }) => ruleId),
  ),
];
const asking = (condition: unknown): string[] => brokenBy({ targeting: { if: [condition, 'on', 'off'] } });
const drawnBy = (by: unknown): string[] =>
  brokenBy({ targeting: { fractional: [{ cat: [v('$flagd.flagKey'), by] }, ['on', 50], ['off', 50]] } });

it.each([
  ['a blank at the end', { in: [v('tenant'), ['acme ', 'x']] }, 'FH-TARGET-29'],
  ['a no-break space', { in: [v('tenant'), ['beta\u00a0', 'x']] }, 'FH-TARGET-29'],
  ['a Cyrillic letter', { in: [v('tenant'), ['p\u0430ypal', 'x']] }, 'FH-TARGET-29'],
  ['a soft hyphen', { '==': [v('tenant'), 'ac\u00adme'] }, 'FH-TARGET-29'],
  ['a mark of direction', { '==': [v('tenant'), 'acme\u200e'] }, 'FH-TARGET-29'],
  ['only blanks', { in: [v('tenant'), [' ', 'x']] }, 'FH-TARGET-29'],
  ['an empty entry', { in: [v('tenant'), ['', 'x']] }, 'FH-TARGET-29'],
  ['letters of full width', { '==': [v('country'), '\uff24\uff25'] }, 'FH-TARGET-29'],
  ['what a program writes that has no value', { in: [v('tenant'), ['undefined', 'x']] }, 'FH-TARGET-29'],
  ['the same, as one text', { '===': [v('tenant'), 'null'] }, 'FH-TARGET-29'],
  ['an object made a text', { '==': [v('tenant'), '[object Object]'] }, 'FH-TARGET-29'],
  ['a list that is searched in an attribute', { in: [['DE', 'FR'], v('country')] }, 'FH-TARGET-10'],
  ['an entry twice', { in: [v('tenant'), ['x', 'y', 'x']] }, 'FH-TARGET-30'],
  ['a domain without its sign', { ends_with: [v('email'), 'bank.com'] }, 'FH-TARGET-31'],
  ['a domain anywhere', { in: ['@bank.com', v('email')] }, 'FH-TARGET-31'],
  ['an origin without its end', { starts_with: [v('origin'), 'https://bank.com'] }, 'FH-TARGET-31'],
  ['a version that is a number', { '>=': [v('appVersion'), 15.2] }, 'FH-TARGET-23'],
  ['a number below a version', { '<': [9.1, v('device.os_version')] }, 'FH-TARGET-23'],
  ['an attribute alone', v('beta'), 'FH-TARGET-32'],
  ['an attribute alone among others', { and: [v('beta'), { '===': [v('tier'), 'gold'] }] }, 'FH-TARGET-32'],
  ['the key in small letters', { in: [v('targetingkey'), ['a', 'b']] }, 'FH-TARGET-33'],
  ['the key with a line', { in: [v('targeting_key'), ['a', 'b']] }, 'FH-TARGET-33'],
  ['what flagd gives, without its sign', { '===': [v('flagd.flagKey'), 'x'] }, 'FH-TARGET-33'],
  ['a name with a blank', { '===': [v('country '), 'DE'] }, 'FH-TARGET-33'],
])('a condition with %s is found', (_what, condition, id) => {
  expect(asking(condition)).toEqual([id]);
});

it.each([
  ['what is kept out because it has no value', { '!==': [v('tenant'), 'undefined'] }],
  ['a list of what is kept out', { '!': [{ in: [v('tenant'), ['undefined', 'null']] }] }],
  ['the same without brackets', { '!': { in: [v('tenant'), ['undefined', 'null']] } }],
  ['a surname', { in: [v('surname'), ['Null', 'None', 'Nil']] }],
  ['words with blanks between them', { in: [v('tenant'), ['Bank of Ireland', 'Crédit Agricole']] }],
  ['a word in Cyrillic letters', { in: [v('city'), ['Москва', 'Berlin']] }],
  ['two scripts in two words', { '===': [v('name'), 'Coca Cola Москва'] }],
  ['an address’s end', { ends_with: [v('email'), '@bank.com'] }],
  ['a host’s end', { ends_with: [v('host'), '.bank.com'] }],
  ['a file’s end without a dot', { ends_with: [v('file'), 'pdf'] }],
  ['an origin with its end', { starts_with: [v('url'), 'https://bank.com/'] }],
  ['whole numbers of versions', { '>=': [v('apiVersion'), 3] }],
  ['a fraction', { '>=': [v('share'), 0.5] }],
  ['a role among roles', { in: ['admin', v('roles')] }],
  ['whether there is something', { '!!': [v('beta')] }],
  ['the key as flagd has it', { in: [v('targetingKey'), ['a', 'b']] }],
])('a condition with %s is fine', (_what, condition) => {
  expect(asking(condition)).toEqual([]);
});

it.each(
  'request_id requestID RequestId x-request-id http.request.id traceparent trace_id transactionId uuid random REQUEST-ID idempotencyKey idempotency-key jti'.split(
    ' ',
  ),
)('what changes with each request draws nobody, also as %s', (name) => {
  expect(drawnBy(v(name))).toEqual(['FH-ROLLOUT-09']);
});

it.each([
  'remote_addr',
  'X-Forwarded-For',
  'csrfToken',
  'sessionId',
  'session_id',
  'http.sessionId',
  'ipAddress',
  'client.ip',
  'ip',
])('what a customer does not keep is named: %s', (name) => {
  expect(drawnBy(v(name))).toEqual(['FH-ROLLOUT-20']);
});

it.each(['customerId', 'userId', 'accountNumber', 'device.id', 'tenant', 'membership', 'description', 'requesterId'])(
  'what a customer keeps draws: %s',
  (name) => {
    expect(drawnBy(v(name))).toEqual([]);
  },
);

it('a default in the draw puts all who are unknown into one bucket', () => {
  expect(drawnBy({ var: ['userId', 'undefined'] })).toEqual(['FH-ROLLOUT-20']);
});

const on = (value: unknown, off: unknown = 0, more: object = {}) =>
  brokenBy({ variants: { on: value, off, ...more }, targeting: { if: [{ in: [v('country'), ['DE']] }, 'on', 'off'] } });

it('numbers that typed clients cannot hold are named, and those that nobody can are refused', () => {
  expect(on(9_000_000_000)).toEqual(['FH-VARIANT-20']);
  expect(on(2_147_483_647)).toEqual([]);
  expect(on(0.95)).toEqual([]);
  expect(on(0.95, 1)).toEqual(['FH-VARIANT-20']);
  expect(on(1e20)).toEqual(['FH-LIMIT-06']);
  expect(on(1e21)).toEqual(['FH-LIMIT-06']);
  expect(on(1e300)).toEqual(['FH-LIMIT-06']);
  expect(on(5e-324)).toEqual(['FH-LIMIT-06']);
  expect(on(-1e-320)).toEqual(['FH-LIMIT-06']);
  expect(on(2 ** -1022)).toEqual([]);
});

it('truth as text, and text that was no UTF-8, are named', () => {
  expect(on('true', 'false')).toEqual(['FH-VARIANT-19']);
  expect(on('Gr\ufffd\ufffde', 'x')).toEqual(['FH-LIMIT-11']);
});
