import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { FlagMessage, MessageReader } from './message-reader.ts';

export interface AcceptedFlagsPorts {
  region: string;
  read: MessageReader;
  flags: Pick<FlagStore, 'currents' | 'revision'>;
  verification: Pick<VerificationStore, 'refusalOf'>;
  log: Logger;
}

export interface CurrentFlags {
  /** Every flag that has a CURRENT, readable or not. */
  readonly keys: ReadonlySet<string>;
  /** Those that pass schema, digests and standing rules. */
  readonly flags: readonly FlagMessage[];
}

/** Reads every CURRENT of the region's replica. What the rules refuse is reported and left out. */
export const readCurrents = async ({ region, read, flags, log }: AcceptedFlagsPorts): Promise<CurrentFlags> => {
  const keys = new Set<string>();
  const readable: FlagMessage[] = [];
  for await (const stored of flags.currents()) {
    keys.add(stored.flagKey);
    const message = readOne(stored);
    if (message !== undefined) readable.push(message);
  }
  return { keys, flags: readable };

  function readOne({ flagKey, body }: StoredRevision): FlagMessage | undefined {
    try {
      return read(body);
    } catch (error) {
      // The validator raises the alarm and home puts it right; caches keep what they hold.
      log.warn('current revision refused', { region, flagKey, error });
      return undefined;
    }
  }
};

export type Standing = 'accepted' | 'not-accepted' | 'refused';

/**
 * Whether a CURRENT may be loaded here: accept wrote it (a REVISION with the same digest is there), and the region has
 * not refused it.
 */
export const standingOf = async (
  { flags, verification }: Pick<AcceptedFlagsPorts, 'flags' | 'verification'>,
  { envelope, live }: FlagMessage,
): Promise<Standing> => {
  const revision = await flags.revision(envelope.flagKey, live.order);
  if (revision?.envelopeDigest !== live.digest) return 'not-accepted';
  return (await verification.refusalOf(envelope.flagKey, live.order)) === undefined ? 'accepted' : 'refused';
};
