import { creation, type Examples, exampleEvidence, type Patch } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import type { KeyStyle } from '../policy.ts';
import { type AnyRule, broken, type Finding, fine, onChange, standing } from '../rule.ts';

export const pointer = '/flagKey';

const words = /^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/;
/** As the first version had it. */
const smallWords = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

/** Where a word begins in the middle of letters: new|Form, HTTP|Client. */
const capital = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/;

/** The words of a key in small letters; the separators and capitals between them do not matter to a reader. */
export const wordsOf = (key: string): readonly string[] =>
  key.split(/[._-]/).flatMap((part) => part.split(capital).map((word) => word.toLowerCase()));

/**
 * Keys that a reader takes for this one: the same words with other separators. Home looks them up when a flag is
 * created and seals those that exist as the fact `lookalikes`. Keys with capitals have always met in the item ALIKE#, so
 * only those of small letters are looked for by name.
 */
export const lookalikesOf = (key: string): readonly string[] =>
  ['.', '-', '_', ''].map((separator) => wordsOf(key).join(separator)).filter((other) => other !== key);

const wordsJoined = (flagKey: string, form: RegExp): readonly Finding[] =>
  flagKey.length <= 128 && form.test(flagKey)
    ? fine
    : broken(
        pointer,
        `The key is ${show(flagKey)}; expected at most 128 letters and digits, in words joined by one dot, dash or underscore.`,
        'Choose a key such as checkout.new-payment-form or newPaymentForm.',
      );

/** Form and meaning of a key, which hold at every hop. */
export const standingRules: readonly AnyRule[] = [
  standing({
    id: 'FH-KEY-01',
    title: 'A flag key is made of words joined by single separators',
    rationale:
      'Keys stand in code, logs and dashboards of 156 services; `pay--now` and `pay-now.` are read as `pay-now`.',
    changed: { version: 2, before: ({ envelope: { flagKey } }) => wordsJoined(flagKey, smallWords) },
    check: ({ envelope: { flagKey } }) => wordsJoined(flagKey, words),
  }),
];

/** What readers, YAML and JavaScript take for a number or a date; `e` and `x` make numbers of words such as 1e5. */
const numeric = /^(\d[\d._-]*(e-?\d+)?|0x[0-9a-f]+)$/i;

/** Words that YAML 1.1, JSON or JavaScript read as something else than text, in small letters. */
export const meaningful = new Set([
  ...'true false null yes no on off y n none nan inf infinity undefined prototype'.split(' '),
  // What every object answers to: constructor, toString, hasOwnProperty and so on.
  ...Object.getOwnPropertyNames(Object.prototype).map((name) => name.toLowerCase()),
]);

/** How the words between the dots of a key are joined. */
const styles: Readonly<Record<Exclude<KeyStyle, 'any'>, RegExp>> = {
  'lower-case': /^[a-z0-9]+([_-][a-z0-9]+)*$/,
  'kebab-case': /^[a-z0-9]+(-[a-z0-9]+)*$/,
  snake_case: /^[a-z0-9]+(_[a-z0-9]+)*$/,
  camelCase: /^[a-z0-9]+([A-Z][a-z0-9]*)*$/,
};

/** The same words in another style. */
const styled = (key: string, style: KeyStyle): string =>
  key
    .split('.')
    .map((part) => {
      const [first = '', ...rest] = wordsOf(part);
      if (style !== 'camelCase') return [first, ...rest].join(style === 'snake_case' ? '_' : '-');
      return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    })
    .join('.');

/** What a key means to people. Asked once, when the flag is created: a flag in use keeps its name. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-KEY-15',
    title: 'A key is written in the style of the company',
    rationale:
      'Keys of several styles are not found by the search for one of them. Which style is the company’s choice, and none is a fault.',
    appliesTo: ['created'],
    since: 2,
    needs: ['policy'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey }, facts: { policy } }) => {
      const { keyStyle } = policy;
      if (keyStyle === 'any' || flagKey.split('.').every((part) => styles[keyStyle].test(part))) return fine;
      return broken(
        pointer,
        `The key ${show(flagKey)} is not in ${keyStyle}, which the policy asks for; expected a key such as ${styled(flagKey, keyStyle)}.`,
        'Write the key in that style, or change keyStyle in the policy.',
      );
    },
  }),
  onChange({
    id: 'FH-KEY-02',
    title: 'A key is not read as a number or a date',
    rationale:
      'Spreadsheets, and some readers of YAML, turn 1e5 into 100000, and 2024-10 becomes a date: the exported flag has another key.',
    appliesTo: ['created'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey } }) =>
      numeric.test(flagKey)
        ? broken(
            pointer,
            `The key ${show(flagKey)} is read as a number or a date; expected a word.`,
            'Begin the key with a word that says what it switches.',
          )
        : fine,
  }),
  onChange({
    id: 'FH-KEY-03',
    title: 'A key is not a word of YAML, JSON or JavaScript',
    rationale:
      'YAML 1.1 reads `no` as false (the Norway problem), and `constructor` is found on every object that has no such flag.',
    appliesTo: ['created'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey } }) =>
      meaningful.has(flagKey.toLowerCase())
        ? broken(
            pointer,
            `The key ${show(flagKey)} means something else to parsers; expected a name.`,
            'Add the word that says what it switches, such as checkout.enabled.',
          )
        : fine,
  }),
  onChange({
    id: 'FH-KEY-04',
    title: 'A key does not begin with a word that belongs to the platform',
    rationale:
      'flagd puts its own values under $flagd, and operators look for the platform’s own flags by this prefix.',
    appliesTo: ['created'],
    needs: ['policy'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey }, facts: { policy } }) => {
      const [first = ''] = wordsOf(flagKey);
      if (!policy.reservedKeyPrefixes.includes(first)) return fine;
      return broken(
        pointer,
        `The key ${show(flagKey)} begins with ${show(first)}, which is reserved; expected another first word.`,
        'Begin the key with the name of your product or team.',
      );
    },
  }),
  onChange({
    id: 'FH-KEY-06',
    title: 'A key is long enough to be searched for',
    rationale:
      'A flag is removed by searching the code of 156 services for its key. A search for `x1` finds everything.',
    appliesTo: ['created'],
    needs: ['policy'],
    after: ['FH-KEY-01', 'FH-KEY-02', 'FH-KEY-03'],
    check: ({ envelope: { flagKey }, facts: { policy } }) =>
      flagKey.length < policy.minKeyLength
        ? broken(
            pointer,
            `The key ${show(flagKey)} has ${flagKey.length} characters; expected at least ${policy.minKeyLength}.`,
            'Spell out what the flag switches.',
          )
        : fine,
  }),
  onChange({
    id: 'FH-KEY-07',
    title: 'A key is short enough to be shown whole',
    rationale:
      'Dashboards and alarms cut long names, and two keys that differ at their ends look the same in an incident.',
    appliesTo: ['created'],
    needs: ['policy'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey }, facts: { policy } }) =>
      flagKey.length > policy.maxKeyLength
        ? broken(
            pointer,
            `The key has ${flagKey.length} characters; expected at most ${policy.maxKeyLength}.`,
            'Leave out words that its namespace already says.',
          )
        : fine,
  }),
];

export const created = (flagKey: string, more: Patch = {}): Patch => ({ ...creation, flagKey, ...more });

const inStyle = (keyStyle: KeyStyle): Patch => ({
  evidence: { ...exampleEvidence, current: null, before: null, knownGood: null, policy: { version: 1, keyStyle } },
});

export const examples = (): Examples => ({
  'FH-KEY-01': { failing: { flagKey: 'checkout--form' }, passing: { flagKey: 'checkout-form' } },
  'FH-KEY-02': { failing: created('2026-10'), passing: created('2026-10-release') },
  'FH-KEY-03': { failing: created('null'), passing: created('null-offers') },
  'FH-KEY-04': { failing: created('flagd.sync'), passing: created('sync.flagd') },
  'FH-KEY-06': { failing: created('b2b'), passing: created('b2bs') },
  'FH-KEY-15': {
    failing: created('checkout.newForm', inStyle('kebab-case')),
    passing: created('checkout.new-form', inStyle('kebab-case')),
  },
  'FH-KEY-07': { failing: created('a'.repeat(65)), passing: created('a'.repeat(64)) },
});
