import { creation, type Examples, type Patch } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange, standing } from '../rule.ts';

export const pointer = '/flagKey';

const words = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

/** The words of a key; the separators do not matter to a reader. */
export const wordsOf = (key: string): readonly string[] => key.split(/[._-]/);

/**
 * Keys that a reader takes for this one: the same words with other separators. Home looks them up when a flag is
 * created and seals those that exist as the fact `lookalikes`.
 */
export const lookalikesOf = (key: string): readonly string[] =>
  ['.', '-', '_', ''].map((separator) => wordsOf(key).join(separator)).filter((other) => other !== key);

/** Form and meaning of a key, which hold at every hop. */
export const standingRules: readonly AnyRule[] = [
  standing({
    id: 'FH-KEY-01',
    title: 'A flag key is made of words joined by single separators',
    rationale:
      'Keys stand in code, logs and dashboards of 156 services; `pay--now` and `pay-now.` are read as `pay-now`.',
    check: ({ envelope: { flagKey } }) =>
      flagKey.length <= 128 && words.test(flagKey)
        ? fine
        : broken(
            pointer,
            `The key is ${show(flagKey)}; expected at most 128 small letters and digits, in words joined by one dot, dash or underscore.`,
            'Choose a key such as checkout.new-payment-form.',
          ),
  }),
];

/** What readers, YAML and JavaScript take for a number or a date; `e` and `x` make numbers of words such as 1e5. */
const numeric = /^(\d[\d._-]*(e-?\d+)?|0x[0-9a-f]+)$/;

/** Words that YAML 1.1, JSON or JavaScript read as something else than text. */
export const meaningful = new Set(
  'true false null yes no on off y n none nan inf infinity undefined constructor prototype valueof tostring'.split(' '),
);

/** A zero or one between letters. Numbers of more digits, as in l10n, are no misspelt letters. */
const misread = /[a-z][01][a-z]/;

/** What a key means to people. Asked once, when the flag is created: a flag in use keeps its name. */
export const changeRules: readonly AnyRule[] = [
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
      meaningful.has(flagKey)
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
    id: 'FH-KEY-05',
    title: 'A key has no digit that looks like a letter',
    rationale:
      'People who read form and type f0rm ask for a flag that does not exist, and silently get the default of their code.',
    severity: 'warning',
    appliesTo: ['created'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey } }) =>
      misread.test(flagKey)
        ? broken(
            pointer,
            `The key ${show(flagKey)} has a 0 or 1 between letters; expected letters there.`,
            'Write the letter o or l if it is one, or set the number apart by a dash.',
          )
        : fine,
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

export const examples = (): Examples => ({
  'FH-KEY-01': { failing: { flagKey: 'checkout--form' }, passing: { flagKey: 'checkout-form' } },
  'FH-KEY-02': { failing: created('2026-10'), passing: created('2026-10-release') },
  'FH-KEY-03': { failing: created('null'), passing: created('null-offers') },
  'FH-KEY-04': { failing: created('flagd.sync'), passing: created('sync.flagd') },
  'FH-KEY-05': { failing: created('checkout-f0rm'), passing: created('checkout-form0') },
  'FH-KEY-06': { failing: created('b2b'), passing: created('b2bs') },
  'FH-KEY-07': { failing: created('a'.repeat(65)), passing: created('a'.repeat(64)) },
});
