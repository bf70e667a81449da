import { creation, type Examples, exampleEvidence, type Patch, withFacts, withPolicy } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange, standing } from '../rule.ts';

const pointer = '/flagKey';

const words = /^[a-z0-9]+([._-][a-z0-9]+)*$/;

/** The words of a key; the separators do not matter to a reader. */
const wordsOf = (key: string): readonly string[] => key.split(/[._-]/);

/**
 * Keys that a reader takes for this one: the same words with other separators. Home looks them up when a flag is
 * created and seals those that exist as the fact `lookalikes`.
 */
export const lookalikesOf = (key: string): readonly string[] =>
  ['.', '-', '_', ''].map((separator) => wordsOf(key).join(separator)).filter((other) => other !== key);

/** Form and meaning of a key, which hold at every hop. */
export const keyRules: readonly AnyRule[] = [
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
const meaningful = new Set(
  'true false null yes no on off y n none nan inf infinity undefined constructor prototype valueof tostring'.split(' '),
);

/** A zero or one between letters. Numbers of more digits, as in l10n, are no misspelt letters. */
const misread = /[a-z][01][a-z]/;

const negating = new Set('no not non without disable disabled disallow hide hidden prevent suppress'.split(' '));

const placeholders = new Set('tmp temp todo foo bar baz qux asdf xxx wip dummy untitled deleteme changeme'.split(' '));

const tautologies = new Set('flag flags toggle toggles feature features ff'.split(' '));

const ticket = /^[a-z]{2,10}-\d{3,}$/;

/** What a key means to people. Asked once, when the flag is created: a flag in use keeps its name. */
export const keyChangeRules: readonly AnyRule[] = [
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
  onChange({
    id: 'FH-KEY-08',
    title: 'A key says what is on, not what is off',
    rationale: 'Nobody can say in an incident whether `disable-limits` off means that the limits are on.',
    severity: 'warning',
    appliesTo: ['created'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey } }) => {
      const found = wordsOf(flagKey).find((word) => negating.has(word));
      if (found === undefined || meaningful.has(flagKey)) return fine;
      return broken(
        pointer,
        `The key ${show(flagKey)} negates with ${show(found)}; expected the name of what is on when it is on.`,
        'Name the thing that the flag switches on.',
      );
    },
  }),
  onChange({
    id: 'FH-KEY-09',
    title: 'A key has no placeholder in it',
    rationale: 'What is called tmp outlives its author: nobody dares to remove what nobody can name.',
    severity: 'warning',
    appliesTo: ['created'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey } }) => {
      const found = wordsOf(flagKey).find((word) => placeholders.has(word));
      if (found === undefined) return fine;
      return broken(
        pointer,
        `The key ${show(flagKey)} has the placeholder ${show(found)}; expected the name of a feature.`,
        'Replace it with a word that says what the flag switches.',
      );
    },
  }),
  onChange({
    id: 'FH-KEY-10',
    title: 'A key does not name an environment or a region',
    rationale:
      'The same key is promoted from one environment to the next and spread to all regions; the name would be wrong in all others.',
    appliesTo: ['created'],
    needs: ['policy'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey, environment, regions }, facts: { policy } }) => {
      const inKey = wordsOf(flagKey);
      const joined = `-${inKey.join('-')}-`;
      const found =
        [environment, ...policy.environments].find((name) => inKey.includes(name)) ??
        regions.find((region) => joined.includes(`-${region}-`));
      if (found === undefined) return fine;
      return broken(
        pointer,
        `The key ${show(flagKey)} names ${show(found)}; expected a name that is right in every environment and region.`,
        'Leave the name out; target the place instead, or set another default in that environment.',
      );
    },
  }),
  onChange({
    id: 'FH-KEY-11',
    title: 'A key is not the number of a ticket',
    rationale: 'At night nobody knows what pay-1234 does, and the tracker may be down for the same reason.',
    severity: 'warning',
    appliesTo: ['created'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey } }) =>
      ticket.test(flagKey)
        ? broken(
            pointer,
            `The key ${show(flagKey)} is the number of a ticket; expected the name of a feature.`,
            'Say what the flag switches, and put the ticket into the change.',
          )
        : fine,
  }),
  onChange({
    id: 'FH-KEY-12',
    title: 'A key in a team’s namespace belongs to that team',
    rationale:
      'Dashboards, alarms and permissions are granted by prefix: a stranger’s flag would be watched by nobody.',
    appliesTo: ['created'],
    needs: ['policy'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey, owner }, facts: { policy } }) => {
      const [first = ''] = wordsOf(flagKey);
      const namespace = policy.keyNamespaces.find(({ prefix }) => prefix === first);
      if (namespace === undefined || namespace.owner === owner) return fine;
      return broken(
        pointer,
        `Keys that begin with ${show(first)} belong to ${show(namespace.owner)}; this flag’s owner is ${show(owner)}.`,
        'Begin the key with another word, or let that team own the flag.',
      );
    },
  }),
  onChange({
    id: 'FH-KEY-13',
    title: 'A key does not say that it is a flag',
    rationale:
      'All of them are. The word pushes the telling part out of lists and dashboards, and sorts half of them under f.',
    severity: 'warning',
    appliesTo: ['created'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey } }) => {
      const inKey = wordsOf(flagKey);
      const found = [inKey[0] ?? '', inKey.at(-1) ?? ''].find((word) => tautologies.has(word));
      if (found === undefined) return fine;
      return broken(
        pointer,
        `The key ${show(flagKey)} begins or ends with ${show(found)}; expected the name of what it switches alone.`,
        'Leave the word out.',
      );
    },
  }),
  onChange({
    id: 'FH-KEY-14',
    title: 'No two keys are the same words with other separators',
    rationale:
      'pay.now beside pay-now: half of the services ask for one, half for the other, and an operator kills the wrong one.',
    appliesTo: ['created'],
    needs: ['lookalikes'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey }, facts: { lookalikes } }) => {
      const [found] = lookalikes;
      if (found === undefined) return fine;
      return broken(
        pointer,
        `The key ${show(flagKey)} is read as the existing ${show(found)}; expected other words.`,
        'Use the existing flag, or choose other words.',
      );
    },
  }),
];

const created = (flagKey: string, more: Patch = {}): Patch => ({ ...creation, flagKey, ...more });

const inNewFlag = (evidence: Patch): Patch => ({
  evidence: { ...exampleEvidence, ...evidence.evidence, current: null, before: null, knownGood: null },
});

export const keyExamples = (): Examples => ({
  'FH-KEY-01': { failing: { flagKey: 'checkout--form' }, passing: { flagKey: 'checkout-form' } },
  'FH-KEY-02': { failing: created('2026-10'), passing: created('2026-10-release') },
  'FH-KEY-03': { failing: created('null'), passing: created('null-offers') },
  'FH-KEY-04': { failing: created('flagd.sync'), passing: created('sync.flagd') },
  'FH-KEY-05': { failing: created('checkout-f0rm'), passing: created('checkout-form0') },
  'FH-KEY-06': { failing: created('b2b'), passing: created('b2bs') },
  'FH-KEY-07': { failing: created('a'.repeat(65)), passing: created('a'.repeat(64)) },
  'FH-KEY-08': { failing: created('disable-limits'), passing: created('limits') },
  'FH-KEY-09': { failing: created('checkout-tmp'), passing: created('checkout-temperature') },
  'FH-KEY-10': { failing: created('checkout.eu-west-1'), passing: created('checkout.eu-west') },
  'FH-KEY-11': { failing: created('pay-1234'), passing: created('pay-in-1234') },
  'FH-KEY-12': {
    failing: created(
      'cards.limits',
      inNewFlag(withPolicy({ keyNamespaces: [{ prefix: 'cards', owner: 'card-team' }] })),
    ),
    passing: created(
      'card.limits',
      inNewFlag(withPolicy({ keyNamespaces: [{ prefix: 'cards', owner: 'card-team' }] })),
    ),
  },
  'FH-KEY-13': { failing: created('new-form-flag'), passing: created('new-flag-form') },
  'FH-KEY-14': {
    failing: created('pay-now', inNewFlag(withFacts({ lookalikes: ['pay.now'] }))),
    passing: created('pay-later', inNewFlag(withFacts({ lookalikes: [] }))),
  },
});
