import { type Examples, withDocument } from '../examples/envelope.ts';
import { inTexts } from '../in-texts.ts';
import { type AnyRule, standing } from '../rule.ts';
import { trait } from '../texts.ts';

const after = ['FH-LIMIT-01'];
const hint = 'Put it into the secret store, revoke the one that was exposed, and give only its name here.';

/**
 * The forms in which the issuers publish their tokens. Every repetition is bounded, so that no text makes a search take
 * longer than its length allows.
 */
const forms: readonly (readonly [name: string, form: RegExp])[] = [
  ['an access key of AWS', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ['a token of GitHub', /\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22}/],
  ['a token of GitLab', /\bglpat-[\w-]{20}/],
  ['a token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{10}/],
  ['a secret key of Stripe', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16}/],
  ['an API key of Google', /\bAIza[\w-]{35}/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}/],
  ['a key of SendGrid', /\bSG\.[\w-]{22}\.[\w-]{43}/],
  ['a JSON Web Token', /\beyJ[\w-]{10,400}\.eyJ[\w-]{10}/],
  ['a private key', /-----BEGIN [A-Z ]{0,24}PRIVATE KEY/],
];

const assignments: readonly (readonly [name: string, form: RegExp])[] = [
  ['a password in an address', /:\/\/[^\s/@:]{1,64}:[^\s/@]{1,64}@/],
  [
    'a password in a connection string',
    /\b(?:password|passwd|pwd|accountkey|sharedaccesskey)\s{0,2}=\s{0,2}[^\s;&]{4}/i,
  ],
];

/** How the published forms begin: one search in place of ten, since nearly no text has any of them. */
const beginning = /AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|[rs]k_|AIza|npm_|SG\.|eyJ|-----BEGIN/;

const nameOf = (patterns: typeof forms, piece: string): string | null =>
  patterns.find(([, form]) => form.test(piece))?.[0] ?? null;

const known = standing({
  id: 'FH-SAFE-07',
  title: 'No text has the form of a known secret',
  rationale:
    'A flag stands in 1,872 caches, in logs and in the audit for years: CWE-798. AWS, GitHub and others publish the forms so that they can be found.',
  after,
  check: (subject) =>
    inTexts(
      subject,
      { minLength: 12, record: true },
      (piece, { traits }) => {
        const assigned = (traits & (trait.at | trait.equals)) === 0 ? null : nameOf(assignments, piece);
        const name = assigned ?? (beginning.test(piece) ? nameOf(forms, piece) : null);
        return name === null ? null : `This text holds ${name}; expected none.`;
      },
      hint,
    ),
});

/** Shannon entropy of the characters, in bits each. */
const entropyOf = (token: string): number => {
  const counts = new Map<string, number>();
  for (const character of token) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / token.length) * Math.log2(count / token.length);
  return bits;
};

const digestName = /sha|hash|digest|commit|checksum|version|revision/i;
const hexadecimal = /^(?:[0-9a-f]+|[0-9A-F]+)$/;

/** Words, even many in a row, have fewer than 4.3 bits a character, or lack digits or one of the cases. */
const looksRandom = (token: string, name: string): boolean => {
  if (hexadecimal.test(token)) return token.length >= 32 && !digestName.test(name) && entropyOf(token) > 3;
  return /\d/.test(token) && /[a-z]/.test(token) && /[A-Z]/.test(token) && entropyOf(token) > 4.3;
};

const random = standing({
  id: 'FH-SAFE-08',
  title: 'No text looks like a key drawn by lot',
  rationale:
    'Most secrets have no published form; that no person would have typed them gives them away. Digests are told by their names.',
  severity: 'warning',
  after: [...after, 'FH-SAFE-07'],
  check: (subject) =>
    inTexts(
      subject,
      { minLength: 24, minDigits: 2, minRun: 24 },
      (piece, { name }) => {
        const found = piece.match(/[A-Za-z0-9+_=-]{24,256}/g)?.find((token) => looksRandom(token, name));
        return found === undefined ? null : `This text has ${found.length} characters in a row that look random.`;
      },
      'If it is a secret, keep it in the secret store; if it is a digest, let its name say so.',
    ),
});

const secretName =
  /(?:password|passwd|passphrase|secret|apikey|privatekey|accesskey|signingkey|encryptionkey|accesstoken|authtoken|bearertoken|credentials?)$/;
const reference = /^(?:arn:|ssm:|vault:|secretsmanager:|\/[\w-]{1,64}\/)/;

const named = standing({
  id: 'FH-SAFE-09',
  title: 'Nothing that is named like a secret holds text',
  rationale:
    'Whatever stands under `apiKey` will be used as one, and anybody who may read flags may read it. A reference to the secret store may stand there.',
  after,
  check: (subject) =>
    inTexts(
      subject,
      {},
      (piece, { name }) =>
        /pass|secret|key|token|credential/i.test(name) &&
        secretName.test(name.replace(/[_.\s-]/g, '').toLowerCase()) &&
        !reference.test(piece)
          ? `The member ${JSON.stringify(name)} holds text; expected a reference such as arn:aws:secretsmanager:….`
          : null,
      hint,
    ),
});

export const standingRules: readonly AnyRule[] = [known, random, named];

const value = (on: string) => withDocument({ variants: { on, off: 'none' } });

const secretOf = (clientSecret: string) =>
  withDocument({ variants: { on: { clientSecret }, off: { clientSecret: 'ssm:/payments/none' } } });

export const examples = (): Examples => ({
  'FH-SAFE-07': { failing: value('key AKIAIOSFODNN7EXAMPLE'), passing: value('key AKIAIOSFODNN7') },
  'FH-SAFE-08': {
    failing: value('q7Xz2LmP9vRt4KdW8sYb3NcF6hJg'),
    passing: value('payments-gateway-version-2025-Q4-primary'),
  },
  'FH-SAFE-09': {
    failing: secretOf('hunter22'),
    passing: secretOf('ssm:/payments/client'),
  },
});
