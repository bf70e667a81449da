import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { Order } from '@flaghoist/core/order';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { SignedProposal } from '@flaghoist/core/proposal';
import type { AcceptPorts } from './ports.ts';

interface Ports {
  readonly flags: Pick<FlagStore, 'knownGood' | 'revision'>;
  readonly changes: Pick<AcceptPorts['changes'], 'record'>;
}

/** Revisions that are looked at before a kill, each of which may have been taken back or never proven. */
const MAX_BEFORE_KILL = 20;

/**
 * The revision from which a step is judged: known good. A restore brings back what was shown before the kill, which known
 * good, the kill itself, does not tell: there it is the newest verified revision that was live.
 */
export const provenRevision = async (
  { flagKey, kind }: Pick<SignedProposal, 'flagKey' | 'kind'>,
  { flags, changes }: Ports,
): Promise<Envelope | null> => {
  const read = async (order: Order): Promise<Envelope | null> => {
    const stored = await flags.revision(flagKey, order);
    return stored === undefined ? null : parseEnvelope(stored.body);
  };
  const known = await flags.knownGood(flagKey);
  if (known === undefined) return null;
  let found = await read(known.order);
  if (kind !== 'restored') return found;
  const newest = found;
  for (let looked = 0; found !== null && found.flagState === 'killed' && looked < MAX_BEFORE_KILL; looked += 1) {
    const before: Order = { epoch: found.epoch, revision: found.revision - 1 };
    found = before.revision < 1 ? null : await read(before);
    if (found?.flagState === 'live' && (await changes.record(flagKey, before))?.state !== 'verified')
      // Accepted, and never proven: go on as if it were killed.
      found = { ...found, flagState: 'killed' };
  }
  return found?.flagState === 'live' ? found : newest;
};
