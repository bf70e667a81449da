import type { Held } from '@flaghoist/core/compare-and-set';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import { rememberByText } from '@flaghoist/core/remember';
import { validateStanding } from '@flaghoist/rules/standing';
import { RefusedByRulesError } from './errors.ts';

/** An envelope that passed schema, digests and standing rules, and what a cache is to hold of it. */
export interface FlagMessage {
  readonly envelope: Envelope;
  /** Its bytes, as they go into a cache. */
  readonly body: string;
  readonly live: Held;
  readonly tombstone: Held;
}

export type MessageReader = (body: string) => FlagMessage;
export type StandingRules = (envelope: Envelope) => { readonly violations: readonly Violation[] };

type Holdings = Pick<FlagMessage, 'live' | 'tombstone'>;

interface Options {
  rules?: StandingRules;
  /** Bodies that are remembered as checked. */
  maxTexts?: number;
}

/**
 * Reads a flag envelope from bytes. The same bytes are checked once while warm: a change reaches up to 39 services of a
 * cell. What is remembered are digests only, not envelopes, so the text is parsed for each message.
 *
 * @throws InvalidInputError, DigestMismatchError, RefusedByRulesError
 */
export const createMessageReader = ({ rules = validateStanding, maxTexts = 2_000 }: Options = {}): MessageReader => {
  const check = (body: string): Holdings => {
    const envelope = parseEnvelope(body);
    const errors = rules(envelope).violations.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new RefusedByRulesError(envelope.flagKey, errors);
    return holdingsOf(envelope);
  };
  const checked = rememberByText(check, { maxTexts });
  return (body) => {
    const { live, tombstone } = checked(body);
    // The schema has passed for these very bytes.
    return { envelope: JSON.parse(body) as Envelope, body, live, tombstone };
  };
};

const holdingsOf = ({ epoch, revision, envelopeDigest, documentDigest }: Envelope): Holdings => {
  const held = { order: { epoch, revision }, digest: envelopeDigest, documentDigest };
  return { live: { ...held, tombstone: false }, tombstone: { ...held, tombstone: true } };
};
