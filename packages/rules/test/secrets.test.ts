import { exampleEnvelope, type Patch, withDocument } from '../lib/examples/envelope.ts';
import { validateStanding } from '../lib/standing.ts';
import { seeded } from './secrets/drawn.ts';
import { measureSecrets } from './secrets/measure.ts';

const report = measureSecrets();

it('is measured by at least 300 secrets and 300 texts that are none', () => {
  expect(report.positives).toBeGreaterThanOrEqual(300);
  expect(report.negatives).toBeGreaterThanOrEqual(300);
});

it('finds 98 % of the secrets at least', () => {
  const { missed, recall } = report;
  expect({ missed, enough: recall >= 0.98 }).toEqual({ missed, enough: true });
});

it('takes 2 % of the other texts for secrets at most, warnings counted', () => {
  const { alarms, falseAlarms } = report;
  expect({ alarms, few: falseAlarms <= 0.02 }).toEqual({ alarms, few: true });
});

const broken = (patch: Patch): readonly string[] =>
  validateStanding(exampleEnvelope(patch)).violations.map(({ ruleId, severity }) => `${ruleId} ${severity}`);
const holding = (name: string, text: string): Patch =>
  withDocument({ variants: { on: { [name]: text }, off: { [name]: 'none' } } });
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

it('makes an error of a known form, a warning of mere chance, and nothing of a name', () => {
  const drawn = seeded(7);
  expect(broken(holding('note', `ghp_${drawn.of(letters, 36)}`))).toEqual(['FH-SAFE-07 error']);
  expect(broken(holding('note', drawn.of(letters, 36)))).toEqual(['FH-SAFE-08 warning']);
  expect(broken(holding('password', 'hunter22'))).toEqual(['FH-SAFE-09 warning']);
  expect(broken(holding('password', 'Forgot your password?'))).toEqual([]);
});

it('finds nearly every secret access key of AWS, whatever its slashes', () => {
  const drawn = seeded(11);
  const keys = Array.from({ length: 200 }, () => drawn.of(`${letters}+/`, 40));
  const seen = keys.filter((key) => broken(holding('a', key)).includes('FH-SAFE-07 error'));
  expect(seen.length).toBeGreaterThanOrEqual(196);
  expect(broken(holding('a', `${'wJalrXUtnFEMI'}/K7MDENG/bPxRfiCY${'EXAMPLEKEY'}`))).toEqual(['FH-SAFE-07 error']);
});

it('knows the placeholders that stand where a password would', () => {
  for (const text of [
    'postgres://app:<password>@db.internal/ledger',
    'Server=sql.internal;Password=*****;Encrypt=true',
    'https://bank.example/reset?password=true',
  ]) {
    expect(broken(holding('note', text))).toEqual([]);
  }
});

it('judges what was accepted under version 1 by the forms that version 1 knew', () => {
  const token = `dop_v1_${seeded(3).of('0123456789abcdef', 64)}`;
  expect(broken(holding('note', token))).toEqual(['FH-SAFE-07 error']);
  expect(broken({ ...holding('note', token), rulesVersion: 1 })).toEqual([]);
  const known = `ghp_${seeded(3).of(letters, 36)}`;
  expect(broken({ ...holding('note', known), rulesVersion: 1 })).toEqual(['FH-SAFE-07 error']);
});

it.each([
  ['a password in the environment', 'DB_PASSWORD=Xy7pQ2rT9!'],
  ['a password of a directory', 'uid=app,dc=bank bindpw=Xy7pQ2rT9'],
  ['a password of Oracle', 'jdbc:oracle:thin:app/Xy7pQ2rT@//db:1521/ledger'],
  ['a seed', `otpauth://totp/Bank:mia?secret=${seeded(5).of('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 32)}`],
  ['a JSON Web Key', `{"kty":"EC","crv":"P-256","d":"${seeded(6).of(letters, 43)}"}`],
  ...['RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ', 'DSA ', ''].map((kind): [string, string] => [
    `a private key in base64: ${kind}`,
    `client-key-data: ${btoa(`-----BEGIN ${kind}PRIVATE KEY-----\n${seeded(7).of(letters, 64)}`)}`,
  ]),
  [
    'an extended private key',
    `xprv9s21${seeded(8).of('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', 103)}`,
  ],
  ['Grafana', `glc_${seeded(9).of(letters, 80)}`],
  ['ElevenLabs', `sk_${seeded(10).of('0123456789abcdef', 48)}`],
  ['NuGet', `oy2${seeded(11).of('abcdefghijklmnopqrstuvwxyz0123456789', 43)}`],
  ['crates.io', `cio${seeded(12).of(letters, 32)}`],
  ['Aiven', `AVNS_${seeded(13).of(letters, 18)}`],
])('takes for a secret what has a form of its own: %s', (_what, text) => {
  expect(broken(holding('note', text))).toEqual(['FH-SAFE-07 error']);
});

it.each([
  ['a placeholder', 'DB_PASSWORD=changeme'],
  ['a setting about passwords', 'https://bank.example/login?show_password=always'],
  ['the name of a secret', 'secret_name=prod/db'],
  ['a certificate in base64', `certificate-authority-data: ${btoa('-----BEGIN CERTIFICATE-----\nMIIB')}`],
  ['a public key in base64', btoa('-----BEGIN PUBLIC KEY-----\nMFkw')],
  ['a public JSON Web Key', '{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}'],
  ['a link without its seed', 'otpauth://totp/Bank:{user}?secret={seed}&issuer=Bank'],
])('takes for none %s', (_what, text) => {
  expect(broken(holding('note', text)).filter((it) => it.startsWith('FH-SAFE-07'))).toEqual([]);
});
