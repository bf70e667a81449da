import { canonicalJson } from '@flaghoist/core/canonical-json';
import { isObject } from '@flaghoist/core/json';
import { archival, type Examples, type Patch, withDocument } from '../examples/envelope.ts';
import { findInMembers } from '../find-in-members.ts';
import { misspelt } from '../misspelt.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, onChange, type Subject, standing } from '../rule.ts';

const tombstone = standing({
  id: 'FH-DOC-01',
  title: 'An archived flag has no document, every other has one',
  rationale: 'A tombstone deletes the flag in 1,872 caches. That may only happen to a flag that somebody archived.',
  check: ({ envelope: { flagState, document } }) => {
    const wrong = flagState === 'archived' ? document !== null : document === null;
    if (!wrong) return fine;
    return [
      {
        pointer: '/document',
        message: `The flag is ${flagState} and its document is ${show(document)}.`,
        hint: 'Archive a flag to remove it; leave its document out only then.',
      },
    ];
  },
});

const present = standing({
  id: 'FH-DOC-02',
  title: 'The document is a flag definition',
  rationale: 'Everything else is looked up in it. An empty document makes every service fall back on its own default.',
  after: ['FH-DOC-01'],
  check: ({ document, definition }) => {
    if (document === null || definition.size > 0) return fine;
    return [
      {
        pointer: '/document',
        message: `The document is ${isObject(document) ? 'empty' : show(document)}; expected a flagd flag definition.`,
        hint: 'Give the document, with state, variants and defaultVariant.',
      },
    ];
  },
});

const state = standing({
  id: 'FH-DOC-03',
  title: 'The state is ENABLED or DISABLED',
  rationale:
    'flagd requires it: its JavaScript loader refuses the whole file for one flag whose state it does not know.',
  after: ['FH-DOC-02'],
  check: ({ document, definition }) => {
    if (document === null) return fine;
    const found = definition.state;
    if (found === 'ENABLED' || found === 'DISABLED') return fine;
    return [
      {
        pointer: '/document/state',
        message: `The state is ${show(found)}; expected "ENABLED" or "DISABLED".`,
        hint: 'Set state to ENABLED. To switch a flag off everywhere, kill it: DISABLED hands each caller its own default.',
      },
    ];
  },
});

/** What stands at the top of a file of flags, and has no place in one flag. */
const fileMembers = ['flags', '$evaluators', '$schema'];

const oneFlag = standing({
  id: 'FH-DOC-04',
  title: 'The document is one flag, not a file of flags',
  rationale:
    'flagd’s own files hold many flags. Such a file as one document is a flag without variants in all services.',
  after: ['FH-DOC-02'],
  about: 'strangers',
  check: ({ definition: { strangers } }) => {
    if (strangers.length === 0) return fine;
    const found = fileMembers.find((name) => strangers.includes(name));
    if (found === undefined) return fine;
    return broken(
      pointerTo('document', found),
      `The document has the member ${show(found)} of a file; expected the definition of one flag.`,
      'Propose each flag of the file by itself, with the file’s $evaluators as source.',
    );
  },
});

const members = ['state', 'variants', 'defaultVariant', 'targeting', 'metadata'];
/** What a file has beside its flags, and a flag that comes from it as `source`. */
const sourceMembers = ['$evaluators', 'metadata', '$schema'];

/** The members of an object that none of these is, each with the one that it may be a misspelling of. */
const strangersIn = (names: readonly string[], known: readonly string[]): readonly Stranger[] =>
  names.map((name) => ({ name, meant: misspelt(name, known, names) }));

interface Stranger {
  readonly name: string;
  readonly meant: string | undefined;
}

const documentStrangers = ({ document, definition: { strangers } }: Subject): readonly Stranger[] =>
  strangers.length === 0 || document === null
    ? []
    : strangersIn(Object.keys(document), members).filter(({ name }) => !members.includes(name));

const sourceStrangers = ({ envelope: { source } }: Subject): readonly Stranger[] =>
  isObject(source)
    ? strangersIn(Object.keys(source), sourceMembers).filter(({ name }) => !sourceMembers.includes(name))
    : [];

const told = (
  subject: Subject,
  pointer: string,
  strangers: readonly Stranger[],
  tell: (stranger: Stranger) => Omit<Finding, 'pointer'> | null,
): readonly Finding[] => {
  subject.spend(strangers.length);
  return strangers.flatMap((stranger) => {
    const found = tell(stranger);
    return found === null ? [] : [{ pointer: pointer + pointerTo(stranger.name), ...found }];
  });
};

const tellMisspelt = ({ name, meant }: Stranger) =>
  meant === undefined
    ? null
    : {
        message: `flagd knows no member ${show(name)}; expected ${show(meant)}, of which it may be a misspelling.`,
        hint: `Write ${meant}, or choose a name that is less like it.`,
      };

const tellUnknown = ({ name, meant }: Stranger) =>
  meant !== undefined
    ? null
    : {
        message: `flagd knows no member ${show(name)} and drops it; expected what it knows.`,
        hint: 'Move what is yours into metadata, or leave it out.',
      };

const known = standing({
  id: 'FH-DOC-05',
  title: 'No member is a misspelling of one that flagd knows',
  rationale: 'flagd drops what it does not know: with `targetting` misspelt the flag serves its default to everybody.',
  after: ['FH-DOC-04'],
  about: 'strangers',
  changed: {
    version: 2,
    before: (subject) => told(subject, '/document', documentStrangers(subject), tellMisspelt),
  },
  check: (subject) => [
    ...told(subject, '/document', documentStrangers(subject), tellMisspelt),
    ...told(subject, '/source', sourceStrangers(subject), tellMisspelt),
  ],
});

const composed = standing({
  id: 'FH-DOC-13',
  title: 'Text in the document is in Unicode’s composed form',
  rationale:
    'é is one character or two. Both look alike and compare unequal (Unicode Annex 15), so a name copied from elsewhere may never match.',
  after: ['FH-LIMIT-01'],
  check: ({ survey }) =>
    survey.oddities['not-composed']
      .filter((pointer) => pointer.startsWith('/document/'))
      .map((pointer) => ({
        pointer,
        message: 'This text has a letter and its mark apart; expected one character (normalisation form C).',
        hint: 'Type the text again, or normalise it to NFC.',
      })),
});

export const standingRules: readonly AnyRule[] = [tombstone, present, state, oneFlag, known, composed];

/** What the envelope says, and says rightly in every environment. */
const toldByEnvelope = ['environment', 'region', 'epoch', 'revision', 'flagKey'];

export const changeRules: readonly AnyRule[] = [
  onChange({
    id: 'FH-DOC-10',
    title: 'Metadata is small',
    rationale:
      'It is attached to every evaluation in telemetry: 2 KB at a thousand evaluations a second is 170 GB a day.',
    needs: ['policy'],
    after: ['FH-LIMIT-01', 'FH-SAFE-03', 'FH-SAFE-04', 'FH-DOC-06'],
    about: 'metadata',
    check: ({ definition, survey, facts: { policy } }) => {
      const { metadata } = definition;
      if (metadata === undefined || survey.bytesAtMost <= policy.maxMetadataBytes) return fine;
      const bytes = Buffer.byteLength(canonicalJson(metadata));
      if (bytes <= policy.maxMetadataBytes) return fine;
      return broken(
        '/document/metadata',
        `Metadata has ${bytes} bytes; at most ${policy.maxMetadataBytes} are allowed.`,
        'Keep descriptions in your documentation and put a link here.',
      );
    },
  }),
  onChange({
    id: 'FH-DOC-15',
    title: 'Members that flagd does not know are left out',
    rationale: 'flagd drops them, so what they say reaches no caller; in metadata it does.',
    severity: 'warning',
    since: 2,
    after: ['FH-DOC-04'],
    about: 'strangers',
    check: (subject) => told(subject, '/document', documentStrangers(subject), tellUnknown),
  }),
  onChange({
    id: 'FH-DOC-11',
    title: 'A flag is not switched off by DISABLED',
    rationale:
      'flagd treats a disabled flag as missing, so each of 156 services serves the default of its own code, not one value for all.',
    severity: 'warning',
    // A kill switch may not be disabled at all.
    after: ['FH-DOC-03'],
    check: ({ definition }) =>
      definition.state === 'DISABLED'
        ? broken(
            '/document/state',
            'The state is "DISABLED"; expected "ENABLED" with the off variant as default.',
            'Kill the flag to switch it off, or archive it to remove it.',
          )
        : fine,
  }),
  onChange({
    id: 'FH-DOC-12',
    title: 'Metadata does not say where or which revision the flag is',
    rationale:
      'The envelope says so. In the document it is wrong after the next promotion, and makes equal documents differ by digest.',
    after: ['FH-DOC-06'],
    about: 'metadata',
    check: ({ metadata: { object, names } }) => {
      if (names.length === 0) return fine;
      const found = toldByEnvelope.filter((name) => Object.hasOwn(object, name));
      return found.map((name) => ({
        pointer: pointerTo('document', 'metadata', name),
        message: `Metadata has ${show(name)}, which the envelope says; expected it there only.`,
        hint: 'Remove it from metadata.',
      }));
    },
  }),
  onChange({
    id: 'FH-DOC-14',
    title: 'Metadata values are not empty',
    rationale: 'Telemetry drops empty attributes, and an alarm that is sent to the contact "" reaches nobody.',
    severity: 'warning',
    after: ['FH-DOC-07'],
    about: 'metadata',
    check: (subject) =>
      findInMembers(subject, subject.metadata, (name, value) => {
        if (typeof value !== 'string' || value.trim() !== '') return fine;
        return broken(
          pointerTo('document', 'metadata', name),
          `The value of ${show(name)} is empty; expected text.`,
          'Fill it in, or leave the name out.',
        );
      }),
  }),
];

export const metadata = (members: Record<string, unknown>): Patch => withDocument({ metadata: members });

export const examples = (): Examples => ({
  'FH-DOC-01': { failing: { document: null }, passing: archival },
  'FH-DOC-02': { failing: { document: {} }, passing: {} },
  'FH-DOC-03': { failing: withDocument({ state: 'enabled' }), passing: withDocument({ state: 'ENABLED' }) },
  'FH-DOC-04': { failing: withDocument({ flags: {} }), passing: {} },
  'FH-DOC-05': { failing: withDocument({ targetting: {} }), passing: withDocument({ targeting: {} }) },
  'FH-DOC-15': { failing: withDocument({ description: 'A form.' }), passing: metadata({ description: 'A form.' }) },
  'FH-DOC-10': { failing: metadata({ note: 'x'.repeat(2_038) }), passing: metadata({ note: 'x'.repeat(2_037) }) },
  'FH-DOC-11': { failing: withDocument({ state: 'DISABLED' }), passing: {} },
  'FH-DOC-12': { failing: metadata({ environment: 'prod' }), passing: metadata({ product: 'cards' }) },
  'FH-DOC-13': { failing: metadata({ city: 'Orle\u0301ans' }), passing: metadata({ city: 'Orl\u00e9ans' }) },
  'FH-DOC-14': { failing: metadata({ contact: ' ' }), passing: metadata({ contact: 'payments' }) },
});
