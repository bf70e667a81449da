import { concerned } from '@flaghoist/core/audience';
import { canonicalJson } from '@flaghoist/core/canonical-json';
import { MAX_DOCUMENT_BYTES } from '@flaghoist/core/envelope';
import {
  type Examples,
  exampleBefore,
  kilobytes,
  nested,
  type Patch,
  withChange,
  withDocument,
  withFacts,
} from '../examples/envelope.ts';
import { type AnyRule, broken, fine, onChange, type SurveyRule, standing } from '../rule.ts';
import { MAX_DEPTH, MAX_NAME_LENGTH, MAX_VALUES } from '../survey.ts';
import { refusing } from './safety.ts';

/** SNS and SQS take 256 KiB a message, attributes included. */
const MAX_MESSAGE_BYTES = 256 * 1024;

const bytesOf = (value: unknown): number => Buffer.byteLength(canonicalJson(value));

const surveyable: SurveyRule = {
  id: 'FH-LIMIT-01',
  protocol: true,
  title: 'An envelope is shallow and small enough to be looked at',
  rationale: 'Work is bounded before it begins: a document of a million brackets must not stop a validator.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
  after: [],
  check: ({ survey: { gaveUpAt } }) => {
    if (gaveUpAt === null) return fine;
    return [
      {
        pointer: gaveUpAt,
        message: `There are more than ${MAX_DEPTH} levels or ${MAX_VALUES} values up to here.`,
        hint: 'Make the document flatter and smaller.',
      },
    ];
  },
};

/** Sizes are computed only when the survey's upper bound does not already settle it. */
const after = ['FH-LIMIT-01', 'FH-SAFE-03', 'FH-SAFE-04'];

const documentSize = standing({
  id: 'FH-LIMIT-02',
  title: 'A document has at most 100 KiB',
  rationale: 'It goes into 1,872 caches and is parsed in each of 156 services; a message carries 256 KiB in all.',
  after,
  check: ({ document, survey }) => {
    if (survey.bytesAtMost <= MAX_DOCUMENT_BYTES) return fine;
    const bytes = bytesOf(document);
    if (bytes <= MAX_DOCUMENT_BYTES) return fine;
    return [
      {
        pointer: '/document',
        message: `The document has ${bytes} bytes; at most ${MAX_DOCUMENT_BYTES} are allowed.`,
        hint: 'Keep data in a data store and put its name into the flag.',
      },
    ];
  },
});

const messageSize = standing({
  id: 'FH-LIMIT-03',
  protocol: true,
  title: 'A message has at most 256 KiB',
  rationale:
    'What our topics and queues take, body and attributes together: a longer one is accepted here and delivered nowhere.',
  after,
  check: ({ envelope, survey }) => {
    // The attributes repeat the key, the kind and the names of the audience, all of which the bound has counted once.
    if (2 * survey.bytesAtMost <= MAX_MESSAGE_BYTES) return fine;
    const attributes = ['flagKey', envelope.flagKey, 'kind', envelope.kind, 'audience', concerned(envelope)];
    const bytes = bytesOf(envelope) + bytesOf(attributes) + 'String'.length * 2 + 'String.Array'.length;
    if (bytes <= MAX_MESSAGE_BYTES) return fine;
    return [
      {
        pointer: '',
        message: `The message has ${bytes} bytes; at most ${MAX_MESSAGE_BYTES} are allowed.`,
        hint: 'Shorten what goes along with the document: source, audience, approvals.',
      },
    ];
  },
});

/** What rules need to know travels with every message, and is never asked for again. */
const MAX_EVIDENCE_BYTES = 32 * 1024;

const evidenceSize = standing({
  id: 'FH-LIMIT-04',
  protocol: true,
  title: 'The evidence has at most 32 KiB',
  rationale:
    'It is sealed into the envelope and goes to 1,872 caches: evidence that outgrows the document slows every change down.',
  after,
  check: ({ envelope: { evidence }, survey }) => {
    if (survey.bytesAtMost <= MAX_EVIDENCE_BYTES) return fine;
    const bytes = bytesOf(evidence);
    if (bytes <= MAX_EVIDENCE_BYTES) return fine;
    return broken(
      '/evidence',
      `The evidence has ${bytes} bytes; at most ${MAX_EVIDENCE_BYTES} are allowed.`,
      'Name fewer services, prerequisites or approvers; a freeze that is over can leave the policy.',
    );
  },
});

const inexact = {
  id: 'FH-LIMIT-06',
  title: 'Numbers are the same in every language',
  rationale:
    'Beyond 2^53 − 1 JavaScript rounds and Go and Java do not (RFC 7493, 2.2): two services would serve two numbers.',
  message: 'This number lies beyond 9,007,199,254,740,991 and may have been rounded already.',
  hint: 'Write it as text.',
} as const;

const beyondExact = refusing({ ...inexact, oddity: 'inexact-integer' });
const farBeyond = refusing({ ...inexact, oddity: 'vast-number' });
const tiny = refusing({
  ...inexact,
  oddity: 'tiny-number',
  message: 'This number lies so near to 0 that some read it as 0: below 2^-1022, about 2.2e-308.',
  hint: 'Write 0, or a number that clients can hold.',
});

/** From 1e21 on JSON writes a number with an exponent: it is no more exact than a smaller one, and neither is one that is nearly 0. */
const exactIntegers: SurveyRule = {
  ...beyondExact,
  changed: { version: 2, before: beyondExact.check },
  check: (subject) => [...beyondExact.check(subject), ...farBeyond.check(subject), ...tiny.check(subject)],
};

/** SNS lets a topic have 200 subscriptions with a filter policy, so a message can name no more services than that. */
const MAX_NAMED_SERVICES = 200;

const fewServices = standing({
  id: 'FH-LIMIT-08',
  title: 'At most 200 services are named',
  rationale:
    'Each is a subscription with a filter policy, of which SNS lets a topic have 200; the names go along as an attribute.',
  check: ({ envelope }) => {
    const named = concerned(envelope).length;
    if (named <= MAX_NAMED_SERVICES) return fine;
    return broken(
      '/audience',
      `Audience and departed services are ${named}; at most ${MAX_NAMED_SERVICES} can be told apart.`,
      'Give the flag to everybody with "*".',
    );
  },
});

const MAX_REASON_LENGTH = 2_000;

const shortReason = onChange({
  id: 'FH-LIMIT-09',
  title: 'A reason has at most 2,000 characters',
  rationale:
    'It stands in every event, every row of the audit and on the pager: what is longer belongs into the ticket.',
  appliesTo: ['created', 'updated', 'restored', 'archived'],
  check: ({ envelope: { change } }) =>
    change.reason.length <= MAX_REASON_LENGTH
      ? fine
      : broken(
          '/change/reason',
          `The reason has ${change.reason.length} characters; at most ${MAX_REASON_LENGTH} are allowed.`,
          'Say it in a few sentences, and leave the rest to the ticket.',
        ),
});

/** What some station on the way refuses or changes. */
const travelling: readonly SurveyRule[] = [
  refusing({
    id: 'FH-LIMIT-05',
    title: 'Text has only characters that SQS takes',
    rationale:
      'SQS refuses U+FFFE and U+FFFF (InvalidMessageContents): the change is accepted, and then cannot be sent.',
    oddity: 'noncharacter',
    message: 'This text has a code point that is no character, such as U+FFFE.',
    hint: 'Remove it; it often comes from a file that was read in the wrong encoding.',
  }),
  exactIntegers,
  refusing({
    id: 'FH-LIMIT-07',
    protocol: true,
    title: 'No member has an empty name',
    rationale: 'Stores that take a document apart have no field without a name: DynamoDB and OpenSearch refuse it.',
    oddity: 'nameless',
    message: 'The name of this member is empty.',
    hint: 'Give it a name.',
  }),
  refusing({
    id: 'FH-LIMIT-10',
    title: 'Names of members have at most 128 characters',
    rationale: 'They become names of fields in logs, metrics and exports, which cut or refuse longer ones.',
    oddity: 'long-name',
    message: `The name of this member has more than ${MAX_NAME_LENGTH} characters.`,
    hint: 'Put the long text into a value.',
  }),
];

/** Comes before all rules that walk the envelope. */
export const surveyRules: readonly SurveyRule[] = [surveyable];
export const standingRules: readonly AnyRule[] = [
  ...surveyRules,
  documentSize,
  messageSize,
  evidenceSize,
  fewServices,
  ...travelling,
];
const undamaged = onChange({
  id: 'FH-LIMIT-11',
  title: 'No text was damaged when it was read',
  rationale:
    'U+FFFD stands where bytes were no UTF-8: a Latin-1 file was read, and "Gr\ufffd\ufffde" would be what customers see.',
  since: 2,
  check: ({ survey }) =>
    survey.oddities['replaced-character'].map((pointer) => ({
      pointer,
      message: 'The text has a U+FFFD: its bytes were not UTF-8 when it was read.',
      hint: 'Save the file as UTF-8 and propose it again.',
    })),
});

export const changeRules: readonly AnyRule[] = [shortReason, undamaged];

const listing = (value: unknown): Patch =>
  withDocument({ targeting: { if: [{ in: [{ var: 'country' }, [value]] }, 'on', 'off'] } });

const textOf = (on: string): Patch => withDocument({ variants: { on, off: 'none' } });

const countOf = (count: number): Patch => withDocument({ variants: { on: { count }, off: { count: 0 } } });

/** One service in the audience, and the others on their way out. */
const leaving = (named: number): Patch => ({
  ...withFacts({
    services: [{ name: 'cards', owner: 'payments', cell: 'cell-1' }],
    before: { ...exampleBefore, audience: ['cards'] },
  }),
  audience: ['cards'],
  departed: Array.from({ length: named - 1 }, (_, index) => `service-${index}`),
});

export const examples = (): Examples => ({
  'FH-LIMIT-01': { failing: { source: nested(64) }, passing: { source: nested(63) } },
  'FH-LIMIT-02': { failing: listing(kilobytes(100)), passing: listing(kilobytes(99)) },
  'FH-LIMIT-03': {
    failing: { source: Array.from({ length: 5 }, () => kilobytes(51)) },
    passing: { source: Array.from({ length: 5 }, () => kilobytes(50)) },
  },
  'FH-LIMIT-04': {
    failing: withFacts({ lookalikes: [kilobytes(32)] }),
    passing: withFacts({ lookalikes: [kilobytes(30)] }),
  },
  'FH-LIMIT-05': { failing: textOf('\ufffe'), passing: textOf('\ufffc') },
  'FH-LIMIT-06': { failing: countOf(2 ** 53), passing: countOf(2 ** 53 - 1) },
  'FH-LIMIT-07': { failing: { source: { '': 1 } }, passing: { source: { ' ': 1 } } },
  'FH-LIMIT-08': { failing: leaving(201), passing: leaving(200) },
  'FH-LIMIT-09': {
    failing: withChange({ reason: 'Because '.repeat(251) }),
    passing: withChange({ reason: 'Because '.repeat(250) }),
  },
  'FH-LIMIT-11': { failing: textOf('Gr\ufffd\ufffde'), passing: textOf('Grüße') },
  'FH-LIMIT-10': {
    failing: { source: { ['n'.repeat(129)]: 1 } },
    passing: { source: { ['n'.repeat(128)]: 1 } },
  },
});
