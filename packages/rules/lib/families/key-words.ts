import { type Examples, exampleEvidence, type Patch, withFacts, withPolicy } from '../examples/envelope.ts';
import { show } from '../pointer.ts';
import { type AnyRule, broken, fine, onChange } from '../rule.ts';
import { created, meaningful, pointer, wordsOf } from './key.ts';

const negating = new Set('no not non without disable disabled disallow hide hidden prevent suppress'.split(' '));

/** What the words of a key say. Asked once, when the flag is created. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-KEY-08',
    title: 'A key says what is on, not what is off',
    rationale: 'Nobody can say in an incident whether `disable-limits` off means that the limits are on.',
    severity: 'warning',
    appliesTo: ['created'],
    after: ['FH-KEY-01'],
    check: ({ envelope: { flagKey } }) => {
      const found = wordsOf(flagKey).find((word) => negating.has(word));
      if (found === undefined || meaningful.has(flagKey.toLowerCase())) return fine;
      return broken(
        pointer,
        `The key ${show(flagKey)} negates with ${show(found)}; expected the name of what is on when it is on.`,
        'Name the thing that the flag switches on.',
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
    id: 'FH-KEY-14',
    title: 'No two keys are the same words with other separators or capitals',
    rationale:
      'pay.now beside pay-now, or payNow: half of the services ask for one, half for the other, and an operator kills the wrong one.',
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

const inNewFlag = (evidence: Patch): Patch => ({
  evidence: { ...exampleEvidence, ...evidence.evidence, current: null, before: null, knownGood: null },
});

export const examples = (): Examples => ({
  'FH-KEY-08': { failing: created('disable-limits'), passing: created('limits') },
  'FH-KEY-10': { failing: created('checkout.eu-west-1'), passing: created('checkout.eu-west') },
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
  'FH-KEY-14': {
    failing: created('pay-now', inNewFlag(withFacts({ lookalikes: ['pay.now'] }))),
    passing: created('pay-later', inNewFlag(withFacts({ lookalikes: [] }))),
  },
});
