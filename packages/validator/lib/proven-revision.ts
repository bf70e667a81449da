import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { Order } from '@flaghoist/core/order';
import type { FlagStore, KnownGood } from '@flaghoist/core/ports/flag-store';
import type { SignedProposal } from '@flaghoist/core/proposal';
import type { AcceptPorts } from './ports.ts';

interface Ports {
  readonly flags: Pick<FlagStore, 'revision'>;
  readonly changes: Pick<AcceptPorts['changes'], 'recordsBefore'>;
}

/** Changes that are looked at before a kill, each of which may have been taken back or never proven. */
const MAX_BEFORE_KILL = 20;

/**
 * The revision from which a step is judged: known good. A restore brings back what was shown before the kill, which known
 * good, the kill itself, does not tell: there it is the newest verified revision that was live.
 *
 * @param known what is known good
 */
export const provenRevision = async (
  { flagKey, kind }: Pick<SignedProposal, 'flagKey' | 'kind'>,
  known: KnownGood | undefined,
  { flags, changes }: Ports,
): Promise<Envelope | null> => {
  const read = async (order: Order): Promise<Envelope | null> => {
    const stored = await flags.revision(flagKey, order);
    return stored === undefined ? null : parseEnvelope(stored.body);
  };
  const newest = known === undefined ? null : await read(known.order);
  if (kind !== 'restored' || newest?.flagState !== 'killed') return newest;
  let looked = 0;
  for await (const { order, state, flagState } of changes.recordsBefore(flagKey, newest)) {
    if (flagState === 'live' && state === 'verified') return (await read(order)) ?? newest;
    looked += 1;
    if (flagState === 'archived' || looked === MAX_BEFORE_KILL) break;
  }
  return newest;
};
