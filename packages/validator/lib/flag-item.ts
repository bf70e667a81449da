import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { FlaghoistError, InvalidInputError } from '@flaghoist/core/errors';
import {
  envelopeBodyOf,
  envelopeDigestOf,
  flagPk,
  imageKey,
  REVISION_PREFIX,
  revisionSk,
  type StreamImage,
} from '@flaghoist/core/items';
import { rememberByText } from '@flaghoist/core/remember';
import { refuses, type Validation } from '@flaghoist/rules/run-rules';
import { validateStanding } from '@flaghoist/rules/standing';

/** A CURRENT or REVISION item of `flags` that is a sealed envelope of the flag it stands under. */
export interface ReadableItem {
  readonly readable: true;
  readonly flagKey: string;
  readonly envelope: Envelope;
  readonly validation: Validation;
}

/** One that is not, whoever wrote it. */
export interface UnreadableItem {
  readonly readable: false;
  readonly flagKey: string;
  readonly error: FlaghoistError;
}

export type FlagItem = ReadableItem | UnreadableItem;
export type ItemReader = (image: StreamImage) => FlagItem;
export type StandingRules = (envelope: Envelope) => Validation;

const PREFIX = flagPk('');

/** The same bytes come twice, as CURRENT and as REVISION, and are checked once. */
export const createItemReader = (rules: StandingRules = validateStanding): ItemReader => {
  const check = rememberByText(
    (body) => {
      const envelope = parseEnvelope(body);
      return { envelope, validation: rules(envelope) };
    },
    { maxTexts: 64 },
  );
  return (image) => {
    const { pk, sk } = imageKey(image);
    const flagKey = pk.slice(PREFIX.length);
    try {
      const { envelope, validation } = check(envelopeBodyOf(image) ?? '');
      const places = misfits(envelope, { flagKey, sk, digest: envelopeDigestOf(image) });
      if (places.length > 0) throw new InvalidInputError('item of `flags`', places, hint);
      return { readable: true, flagKey, envelope, validation };
    } catch (error) {
      if (error instanceof FlaghoistError) return { readable: false, flagKey, error };
      throw error;
    }
  };
};

const hint = 'Only the validator writes items of `flags`. Write a proposal into the table `changes` instead.';

interface Place {
  readonly flagKey: string;
  readonly sk: string;
  readonly digest: string | null;
}

/** What an item claims beside its envelope, where the envelope says otherwise. */
const misfits = (envelope: Envelope, { flagKey, sk, digest }: Place): string[] => {
  const places: string[] = [];
  if (envelope.flagKey !== flagKey) places.push(`/pk: the envelope is that of ${envelope.flagKey}`);
  if (envelope.envelopeDigest !== digest) places.push('/envelopeDigest: is not the digest of the envelope');
  if (sk.startsWith(REVISION_PREFIX) && sk !== revisionSk(envelope))
    places.push('/sk: is not the order of the envelope');
  return places;
};

/** Whether the standing rules let a readable item pass. */
export const isRefused = ({ validation }: ReadableItem): boolean => refuses(validation);
