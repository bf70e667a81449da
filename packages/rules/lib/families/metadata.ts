import { isObject, own } from '@flaghoist/core/json';
import { type Examples, withDocument } from '../examples/envelope.ts';
import { findInMembers } from '../find-in-members.ts';
import { DIGIT, isNameOf, JOINT, LETTER } from '../name-form.ts';
import { pointerTo, show } from '../pointer.ts';
import { type AnyRule, broken, type Finding, fine, standing } from '../rule.ts';
import { metadata } from './document.ts';

const noObject = (metadata: unknown, pointer: string): readonly Finding[] =>
  metadata === undefined || isObject(metadata)
    ? fine
    : broken(
        pointer,
        `Metadata is ${show(metadata)}; expected an object.`,
        'Write names and values, such as { "team": "payments" }, or leave metadata out.',
      );

const metadataObject = standing({
  id: 'FH-DOC-06',
  title: 'Metadata is an object',
  rationale: 'OpenFeature hands it to every caller as names and values; providers fail on anything else.',
  after: ['FH-DOC-02'],
  about: 'metadata',
  changed: { version: 2, before: ({ definition: { metadata } }) => noObject(metadata, '/document/metadata') },
  check: ({ definition: { metadata }, envelope: { source } }) => [
    ...noObject(metadata, '/document/metadata'),
    ...noObject(isObject(source) ? own(source, 'metadata') : undefined, '/source/metadata'),
  ],
});

const scalars = ['string', 'number', 'boolean'];

const metadataScalars = standing({
  id: 'FH-DOC-07',
  title: 'Metadata values are text, numbers or booleans',
  rationale: 'The OpenFeature specification (2.2.10) allows no others: typed SDKs have no type for a nested one.',
  after: ['FH-DOC-06'],
  about: 'metadata',
  check: (subject) =>
    findInMembers(subject, subject.metadata, (name, value) => {
      if (scalars.includes(typeof value)) return fine;
      return broken(
        pointerTo('document', 'metadata', name),
        `The value is ${show(value)}; expected text, a number or a boolean.`,
        'Give each part a name of its own, such as "contact.team".',
      );
    }),
});

const metadataNames = standing({
  id: 'FH-DOC-08',
  title: 'Metadata names can be names of attributes',
  rationale:
    'Telemetry exports each of them with every evaluation; collectors drop names with spaces or without letters.',
  after: ['FH-DOC-06'],
  about: 'metadata',
  check: (subject) =>
    findInMembers(subject, subject.metadata, (name) => {
      if (name.length <= 64 && isNameOf(name, LETTER, LETTER | DIGIT | JOINT)) return fine;
      return broken(
        pointerTo('document', 'metadata', name),
        `The name is ${show(name)}; expected a letter and then at most 63 letters, digits, dots, dashes or underscores.`,
        'Choose a name such as contact.team.',
      );
    }),
});

const texts = ['flagSetId', 'version'];

const setNames = standing({
  id: 'FH-DOC-09',
  title: 'In metadata, flagSetId and version are text',
  rationale: 'flagd’s schema says so, and OpenTelemetry’s attribute feature_flag.version is text.',
  after: ['FH-DOC-07'],
  about: 'metadata',
  check: ({ metadata: { object, names } }) => {
    if (names.length === 0) return fine;
    return texts.flatMap((name) => {
      const value = own(object, name);
      if (value === undefined || typeof value === 'string') return [];
      return broken(
        pointerTo('document', 'metadata', name),
        `The ${name} is ${show(value)}; expected text.`,
        'Put the value into quotes.',
      );
    });
  },
});

/** What metadata may hold at every hop. */
export const standingRules: readonly AnyRule[] = [metadataObject, metadataScalars, metadataNames, setNames];

export const examples = (): Examples => ({
  'FH-DOC-06': { failing: withDocument({ metadata: 'payments' }), passing: metadata({}) },
  'FH-DOC-07': {
    failing: metadata({ contact: { team: 'payments' } }),
    passing: metadata({ 'contact.team': 'payments' }),
  },
  'FH-DOC-08': { failing: metadata({ 'contact team': 'payments' }), passing: metadata({ contactTeam: 'payments' }) },
  'FH-DOC-09': { failing: metadata({ version: 2 }), passing: metadata({ version: '2' }) },
});
