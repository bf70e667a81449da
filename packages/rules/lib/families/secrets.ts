import { type Examples, withDocument } from '../examples/envelope.ts';
import { inTexts } from '../in-texts.ts';
import { type AnyRule, type Finding, type Subject, standing } from '../rule.ts';
import { assignedIn, firstAssignedIn } from '../secrets/assignments.ts';
import { firstForm, knownForm } from '../secrets/forms.ts';
import { drawnIn, holdsAwsSecret } from '../secrets/random.ts';
import { type Text, trait } from '../texts.ts';

const after = ['FH-LIMIT-01'];
const hint = 'Put it into the secret store, revoke the one that was exposed, and give only its name here.';

type Search = (piece: string, text: Text) => string | null;

const searching =
  (search: Search) =>
  (subject: Pick<Subject, 'texts' | 'spend'>): readonly Finding[] =>
    inTexts(
      subject,
      { minLength: 12, record: true },
      (piece, text) => {
        const found = search(piece, text);
        return found === null ? null : `This text holds ${found}; expected none.`;
      },
      hint,
    );

/** An access key of AWS in which the slashes lie as they rarely do still has a piece as long as this. */
const MIN_AWS_RUN = 8;
const assigning = trait.at | trait.equals | trait.colon;

const known = standing({
  id: 'FH-SAFE-07',
  title: 'No text has the form of a known secret',
  rationale:
    'A flag stands in 1,872 caches, in logs and in the audit for years: CWE-798. AWS, GitHub and others publish the forms so that they can be found.',
  after,
  changed: {
    version: 2,
    before: searching(
      (piece, { traits, run }) =>
        ((traits & (trait.at | trait.equals)) === 0 ? null : firstAssignedIn(piece)) ?? firstForm(piece, run),
    ),
  },
  check: searching(
    (piece, { name, traits, run }) =>
      ((traits & assigning) === 0 ? null : assignedIn(piece)) ??
      knownForm(piece, run) ??
      (run >= MIN_AWS_RUN && holdsAwsSecret(piece, name) ? 'what has the form of a secret access key of AWS' : null),
  ),
});

const random = standing({
  id: 'FH-SAFE-08',
  title: 'No text looks like a key drawn by lot',
  rationale:
    'Most secrets have no published form; that no person would have typed them gives them away. What is public, such as digests, ids and pictures, is told by its form or its name.',
  severity: 'warning',
  after: [...after, 'FH-SAFE-07'],
  changed: { version: 2 },
  check: (subject) =>
    inTexts(
      subject,
      { minLength: 22, minDigits: 1, minRun: 20 },
      (piece, { name, value }) => {
        const found = drawnIn(piece, value, name);
        return found === null ? null : `This text has ${found.length} characters in a row that look random.`;
      },
      'If it is a secret, keep it in the secret store; if it is a digest or an id, let its name say so.',
    ),
});

const secretName =
  /(?:password|passwd|pwd|passcode|passphrase|secret|secretkey|apikey|apitoken|privatekey|accesskey|signingkey|encryptionkey|hmackey|accesstoken|refreshtoken|authtoken|bearertoken|connectionstring|credentials?)$/;
/** One word of letters and digits, as passwords are and labels are not. */
const password = /^(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[^\s]{8,256}$/;
const reference = /^(?:arn:|ssm:|vault:|secretsmanager:|projects\/|[a-z][a-z+.-]{1,32}:\/\/|\/[\w-]{1,64}\/|[$<{[%])/;

const named = standing({
  id: 'FH-SAFE-09',
  title: 'Nothing that is named like a secret holds what could be one',
  rationale:
    'Whatever stands under `apiKey` will be used as one, and anybody who may read flags may read it. Labels and references to the secret store may stand there.',
  severity: 'warning',
  after: [...after, 'FH-SAFE-07'],
  changed: { version: 2 },
  check: (subject) =>
    inTexts(
      subject,
      { minLength: 8, minDigits: 1 },
      (piece, { name }) =>
        /pass|pwd|secret|key|token|credential|string/i.test(name) &&
        secretName.test(name.replace(/[_.\s-]/g, '').toLowerCase()) &&
        password.test(piece) &&
        !reference.test(piece)
          ? `The member ${JSON.stringify(name)} holds a word of letters and digits; expected a reference such as arn:aws:secretsmanager:….`
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
    passing: secretOf('The new secret, since 2026'),
  },
});
