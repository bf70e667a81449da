import type { Held } from '@flaghoist/core/compare-and-set';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import { rememberByText } from '@flaghoist/core/remember';
import { validateStanding } from '@flaghoist/rules/standing';
import { RefusedByRulesError } from './errors.ts';

/** What is remembered of an envelope: all but what only the rules look at, which is most of its size. */
type EnvelopeHead = Omit<Envelope, 'document' | 'evidence' | 'source'>;

/** An envelope that passed schema, digests and standing rules, and what a cache is to hold of it. */
export interface FlagMessage {
  readonly envelope: EnvelopeHead;
  /** Its bytes, as they go into a cache. */
  readonly body: string;
  readonly live: Held;
  readonly tombstone: Held;
}

export type MessageReader = (body: string) => FlagMessage;
export type StandingRules = (envelope: Envelope) => { readonly violations: readonly Violation[] };

interface Options {
  rules?: StandingRules;
  /** Bodies that are remembered as checked. */
  maxTexts?: number;
}

/**
 * Reads a flag envelope from bytes. Bytes that this warm function has read before are known by themselves: a change
 * reaches up to 39 services of a cell, each by two paths.
 *
 * @throws InvalidInputError, DigestMismatchError, RefusedByRulesError
 */
export const createMessageReader = ({ rules = validateStanding, maxTexts = 256 }: Options = {}): MessageReader =>
  rememberByText(
    (body) => {
      const envelope = parseEnvelope(body);
      const errors = rules(envelope).violations.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) throw new RefusedByRulesError(envelope.flagKey, errors);
      return { envelope: headOf(envelope), body, ...holdingsOf(envelope) };
    },
    { maxTexts },
  );

const headOf = ({ document: _document, evidence: _evidence, source: _source, ...head }: Envelope): EnvelopeHead => head;

const holdingsOf = ({
  epoch,
  revision,
  envelopeDigest,
  documentDigest,
}: Envelope): Pick<FlagMessage, 'live' | 'tombstone'> => {
  const held = { order: { epoch, revision }, digest: envelopeDigest, documentDigest };
  return { live: { ...held, tombstone: false }, tombstone: { ...held, tombstone: true } };
};
