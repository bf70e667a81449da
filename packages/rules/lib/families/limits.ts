import { concerned } from '@flaghoist/core/audience';
import { canonicalJson } from '@flaghoist/core/canonical-json';
import { MAX_DOCUMENT_BYTES } from '@flaghoist/core/envelope';
import { type Examples, kilobytes, nested, type Patch, withDocument } from '../examples/envelope.ts';
import type { AnyRule, Rule, SurveyRule } from '../rule.ts';
import { fine } from '../rule.ts';
import { MAX_DEPTH, MAX_VALUES } from '../survey.ts';

/** SNS and SQS take 256 KiB a message, attributes included. */
const MAX_MESSAGE_BYTES = 256 * 1024;

const bytesOf = (value: unknown): number => Buffer.byteLength(canonicalJson(value));

const surveyable: SurveyRule = {
  id: 'FH-LIMIT-01',
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

const documentSize: Rule = {
  id: 'FH-LIMIT-02',
  title: 'A document has at most 100 KiB',
  rationale: 'It goes into 1,872 caches and is parsed in each of 156 services; a message carries 256 KiB in all.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
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
};

const messageSize: Rule = {
  id: 'FH-LIMIT-03',
  title: 'A message has at most 256 KiB',
  rationale:
    'The limit of SNS and SQS, for body and attributes together: a longer one is accepted here and delivered nowhere.',
  severity: 'error',
  appliesTo: 'all',
  phase: 'standing',
  since: 1,
  needs: [],
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
};

/** Comes before all rules that walk the envelope. */
export const surveyRules: readonly SurveyRule[] = [surveyable];
export const sizeRules: readonly AnyRule[] = [documentSize, messageSize];

const listing = (value: unknown): Patch =>
  withDocument({ targeting: { if: [{ in: [{ var: 'country' }, [value]] }, 'on', 'off'] } });

export const limitExamples = (): Examples => ({
  'FH-LIMIT-01': { failing: { source: nested(64) }, passing: { source: nested(63) } },
  'FH-LIMIT-02': { failing: listing(kilobytes(100)), passing: listing(kilobytes(99)) },
  'FH-LIMIT-03': {
    failing: { source: Array.from({ length: 5 }, () => kilobytes(51)) },
    passing: { source: Array.from({ length: 5 }, () => kilobytes(50)) },
  },
});
