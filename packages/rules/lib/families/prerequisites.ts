import { type Examples, requiring } from '../examples/envelope.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject } from '../rule.ts';
import { quoted } from './variants.ts';

type Prerequisite = Subject<'prerequisites'>['facts']['prerequisites'][number];

/** A check of each prerequisite that exists, with its place. */
const each =
  <S extends Subject<'prerequisites'>>(
    check: (prerequisite: Prerequisite, subject: S, pointer: string) => readonly Finding[],
  ) =>
  (subject: S): readonly Finding[] => {
    const { prerequisites } = subject.envelope;
    if (prerequisites === undefined) return fine;
    const known = new Map(subject.facts.prerequisites.map((fact) => [fact.flagKey, fact]));
    return prerequisites.flatMap((key, index) => {
      subject.spend();
      const prerequisite = known.get(key);
      return prerequisite === undefined ? [] : check(prerequisite, subject, pointerTo('prerequisites', index));
    });
  };

const existing = ['FH-PREREQ-01', 'FH-PREREQ-02'];

/** What a flag waits for. Home reads these flags when the change is accepted. */
export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-PREREQ-01',
    title: 'A flag has few prerequisites',
    rationale: 'Each of them is read at acceptance and evaluated with every evaluation of this flag.',
    needs: ['policy'],
    about: 'prerequisites',
    check: ({ envelope: { prerequisites }, facts: { policy } }) => {
      if (prerequisites === undefined || prerequisites.length <= policy.maxPrerequisites) return fine;
      return broken(
        '/prerequisites',
        `There are ${prerequisites.length} prerequisites; at most ${policy.maxPrerequisites} are allowed.`,
        'Name only those that this flag cannot work without.',
      );
    },
  }),
  onChange({
    id: 'FH-PREREQ-02',
    title: 'Prerequisites are other flags, and not archived ones',
    rationale: 'A flag that waits for one that does not exist never switches on, and nothing says why.',
    needs: ['prerequisites'],
    after: ['FH-PREREQ-01'],
    about: 'prerequisites',
    check: (subject) => {
      const { prerequisites, flagKey } = subject.envelope;
      if (prerequisites === undefined) return fine;
      const known = new Map(subject.facts.prerequisites.map((fact) => [fact.flagKey, fact.flagState]));
      return prerequisites.flatMap((key, index) => {
        subject.spend();
        const state = key === flagKey ? 'this flag itself' : (known.get(key) ?? 'no flag');
        if (state === 'live' || state === 'killed') return [];
        return broken(
          pointerTo('prerequisites', index),
          `The prerequisite ${show(key)} is ${state}; expected another flag that is not archived.`,
          'Correct the key, or create that flag first.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-PREREQ-03',
    title: 'A prerequisite is named once',
    rationale: 'Two names in a list of two that are the same: the one that was meant is missing.',
    after: ['FH-PREREQ-01'],
    about: 'prerequisites',
    check: (subject) => {
      const { prerequisites } = subject.envelope;
      if (prerequisites === undefined) return fine;
      return prerequisites.flatMap((key, index) => {
        subject.spend();
        if (prerequisites.indexOf(key) === index) return [];
        return broken(
          pointerTo('prerequisites', index),
          `The prerequisite ${show(key)} is named twice; expected each once.`,
          'Remove it, or name the flag that you meant.',
        );
      });
    },
  }),
  onChange({
    id: 'FH-PREREQ-04',
    title: 'A prerequisite is not switched off by a kill',
    rationale: 'The flag would wait for something that was switched off in an incident, and come on when that is over.',
    severity: 'warning',
    needs: ['prerequisites'],
    after: existing,
    about: 'prerequisites',
    check: each(({ flagKey, flagState }, _subject, pointer) =>
      flagState === 'killed'
        ? broken(
            pointer,
            `The prerequisite ${show(flagKey)} is killed; expected a live flag.`,
            'Wait until it is restored, or tell its owner that you wait for it.',
          )
        : [],
    ),
  }),
  onChange({
    id: 'FH-PREREQ-05',
    title: 'Prerequisites do not go round in a circle',
    rationale:
      'Each of the flags waits for the next one, so none ever switches on; evaluators that follow them never return.',
    needs: ['prerequisites'],
    after: existing,
    about: 'prerequisites',
    check: each(({ flagKey, requires }, { envelope }, pointer) =>
      requires.includes(envelope.flagKey)
        ? broken(
            pointer,
            `The prerequisite ${show(flagKey)} waits for ${show(envelope.flagKey)} itself; expected one that does not.`,
            'Take one of the flags out of the circle.',
          )
        : [],
    ),
  }),
  onChange({
    id: 'FH-PREREQ-06',
    title: 'Chains of prerequisites are short',
    rationale:
      'Whoever asks at night why a flag is off must look at every link; three are the most that people follow.',
    needs: ['prerequisites', 'policy'],
    after: [...existing, 'FH-PREREQ-05'],
    about: 'prerequisites',
    check: each(({ flagKey, depth }, subject: Subject<'prerequisites' | 'policy'>, pointer) => {
      const limit = subject.facts.policy.maxPrerequisiteDepth;
      if (depth <= limit) return [];
      return broken(
        pointer,
        `From ${show(flagKey)} on, ${depth} flags or more wait for each other; at most ${limit} are allowed.`,
        'Name the flag at the end of the chain directly.',
      );
    }),
  }),
  onChange({
    id: 'FH-PREREQ-07',
    title: 'Every service that has a flag has its prerequisites',
    rationale:
      'A cache holds only the flags of its audience: where the prerequisite is missing it counts as off, there alone.',
    needs: ['prerequisites'],
    after: existing,
    about: 'prerequisites',
    check: each(({ flagKey, audience }, subject, pointer) => {
      if (audience === '*') return [];
      const wanted = subject.envelope.audience;
      subject.spend(audience.length);
      const held = new Set(audience);
      const lacking = wanted === '*' ? ['*'] : wanted.filter((service) => !held.has(service));
      if (lacking.length === 0) return [];
      return broken(
        pointer,
        `The prerequisite ${show(flagKey)} does not go to ${lacking[0] === '*' ? 'all services' : quoted(lacking)}; this flag does.`,
        'Widen the audience of the prerequisite first, or narrow this one.',
      );
    }),
  }),
  onChange({
    id: 'FH-PREREQ-08',
    title: 'A prerequisite has arrived everywhere',
    rationale: 'In a region that has this flag and not yet the other, it is evaluated without it.',
    needs: ['prerequisites', 'policy'],
    after: existing,
    about: 'prerequisites',
    check: each(({ flagKey, proven }, subject: Subject<'prerequisites' | 'policy'>, pointer) =>
      proven || !subject.facts.policy.provenPrerequisitesOnly
        ? []
        : broken(
            pointer,
            `The newest revision of ${show(flagKey)} is not proven in every region; expected a proven one.`,
            'Wait until its change is verified, and propose again.',
          ),
    ),
  }),
  onChange({
    id: 'FH-PREREQ-09',
    title: 'A prerequisite is a boolean flag',
    rationale:
      'To wait for a flag is to ask whether it is on. A text or a number is neither, and each SDK would answer otherwise.',
    needs: ['prerequisites'],
    after: existing,
    about: 'prerequisites',
    check: each(({ flagKey, type }, _subject, pointer) =>
      type === 'boolean'
        ? []
        : broken(
            pointer,
            `The variants of ${show(flagKey)} are of type ${type}; expected boolean.`,
            'Wait for a boolean flag, and create one for this purpose if need be.',
          ),
    ),
  }),
];

export const examples = (): Examples => ({
  'FH-PREREQ-01': {
    failing: requiring({}, [...ten, 'ledger.v10'], [...ten, 'ledger.v10']),
    passing: requiring({}, ten, ten),
  },
  'FH-PREREQ-02': { failing: requiring({}, ['ledger.v3']), passing: requiring({}, ['ledger.v2']) },
  'FH-PREREQ-03': { failing: requiring({}, ['ledger.v2', 'ledger.v2']), passing: requiring({}, ['ledger.v2']) },
  'FH-PREREQ-04': { failing: requiring({ flagState: 'killed' }), passing: requiring({ flagState: 'live' }) },
  'FH-PREREQ-05': {
    failing: requiring({ requires: ['ledger', 'checkout.new-payment-form'], depth: 3 }),
    passing: requiring({ requires: ['ledger', 'checkout.old-payment-form'], depth: 3 }),
  },
  'FH-PREREQ-06': { failing: requiring({ depth: 4 }), passing: requiring({ depth: 3 }) },
  'FH-PREREQ-07': { failing: requiring({ audience: ['cards', 'ledger'] }), passing: requiring({ audience: '*' }) },
  'FH-PREREQ-08': {
    failing: requiring({ proven: false }, ['ledger.v2'], ['ledger.v2'], { provenPrerequisitesOnly: true }),
    passing: requiring({ proven: true }, ['ledger.v2'], ['ledger.v2'], { provenPrerequisitesOnly: true }),
  },
  'FH-PREREQ-09': { failing: requiring({ type: 'string' }), passing: requiring({ type: 'boolean' }) },
});

const ten = Array.from({ length: 10 }, (_, index) => `ledger.v${index}`);
