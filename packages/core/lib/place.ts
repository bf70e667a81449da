import { isConfirmed, isOnRecord } from './accepted-revision.ts';
import { isGenuine } from './intact.ts';
import type { Order } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { FlagStore } from './ports/flag-store.ts';
import { recordAt } from './readable-record.ts';

interface Ports {
  readonly flags: Pick<FlagStore, 'revision'>;
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore' | 'outcome'>;
}

/**
 * What stands in the place of the next change. `foreign`: what nobody accepted, so that no attempt would ever get through, and
 * which is written over. `accepted`: a revision that home accepted; `lost`: one of which only what stands in `changes` is left.
 */
export const whatStandsIn = async (
  place: { readonly flagKey: string; readonly order: Order },
  { flags, changes }: Ports,
): Promise<'nothing' | 'foreign' | 'accepted' | 'lost'> => {
  const revision = await flags.revision(place.flagKey, place.order);
  if (revision !== undefined && isGenuine(revision) && (await isOnRecord(revision, changes))) return 'accepted';
  const record = await recordAt(place, changes);
  if (record === undefined) return revision === undefined ? 'nothing' : 'foreign';
  if (record === 'unreadable' || !(await isConfirmed({ ...record, ...place }, changes))) return 'foreign';
  // Read before, it may have been accepted since, all three in one transaction.
  const since = await flags.revision(place.flagKey, place.order);
  return since?.envelopeDigest === record.envelopeDigest ? 'accepted' : 'lost';
};
