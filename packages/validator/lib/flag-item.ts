import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { FlaghoistError, InvalidInputError } from '@flaghoist/core/errors';
import { rememberByText } from '@flaghoist/core/remember';
import { keyIn, textIn } from '@flaghoist/core/storage/found-item';
import { FLAG_PREFIX, REVISION_PREFIX, revisionSk } from '@flaghoist/core/storage/keys';
import type { FoundItem } from '@flaghoist/core/storage/write';
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
export type ItemReader = (found: FoundItem) => FlagItem;
export type StandingRules = (envelope: Envelope) => Validation;

/** The same bytes come twice, as CURRENT and as REVISION, and are checked once. */
export const createItemReader = (rules: StandingRules = validateStanding): ItemReader => {
  const check = rememberByText(
    (body) => {
      const envelope = parseEnvelope(body);
      return { envelope, validation: rules(envelope) };
    },
    { maxTexts: 64 },
  );
  return (found) => {
    const { pk, sk } = keyIn(found);
    const flagKey = pk.slice(FLAG_PREFIX.length);
    try {
      const { envelope, validation } = check(textIn(found, 'envelope') ?? '');
      const places = misfits(envelope, { flagKey, sk, digest: textIn(found, 'envelopeDigest') ?? null });
      if (places.length > 0) throw new InvalidInputError('item of `flags`', places, hint);
      return { readable: true, flagKey, envelope, validation };
    } catch (error) {
      if (error instanceof FlaghoistError) return { readable: false, flagKey, error };
      throw error;
    }
  };
};

const hint = 'Only the validator writes items of `flags`. Write a proposal into the table `proposals` instead.';

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
