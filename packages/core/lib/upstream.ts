import type { ChangeState } from './change.ts';
import { type Envelope, parseEnvelope } from './envelope.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { FlagStore, StoredRevision } from './ports/flag-store.ts';
import type { HomeStore } from './ports/home-source.ts';
import type { UpstreamFlag, UpstreamFlags } from './ports/upstream-flags.ts';
import { provenGood } from './put-known-good-right.ts';

/** The stores of that environment's home region; no other region has `changes`. */
interface Stores {
  readonly flags: Pick<FlagStore, 'newestRevision' | 'knownGood' | 'revision'>;
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore' | 'proofs'>;
  readonly home: Pick<HomeStore, 'lastMove'>;
}

/** Another environment, seen through its tables. */
export const upstreamFlagsIn = ({ flags, changes, home }: Stores): UpstreamFlags => ({
  flag: async (flagKey): Promise<UpstreamFlag | null> => {
    const [newest, move] = await Promise.all([flags.newestRevision(flagKey), home.lastMove()]);
    if (newest === undefined) return null;
    const knownGood = await provenGood(flagKey, { flags, changes }, move?.epoch ?? 1);
    const [state, verified] = await Promise.all([
      stateOf(newest, changes),
      knownGood === undefined ? null : verifiedOf(await flags.revision(flagKey, knownGood.order), changes),
    ]);
    const { environment, flagState, kind } = parseEnvelope(newest.body);
    // If the newest revision is a revert, the change that it took back ended as `rolled-back`.
    return { environment, flagState, newest: kind === 'rolled-back' ? kind : state, verified };
  },
});

/** A revision without its record has just been accepted, as far as anybody can tell. */
const stateOf = async ({ flagKey, order }: StoredRevision, changes: Stores['changes']): Promise<ChangeState> =>
  (await changes.record(flagKey, order))?.state ?? 'accepted';

const verifiedOf = async (
  stored: StoredRevision | undefined,
  changes: Stores['changes'],
): Promise<UpstreamFlag['verified']> => {
  if (stored === undefined) return null;
  const envelope: Envelope = parseEnvelope(stored.body);
  const record = await changes.record(stored.flagKey, stored.order);
  // Without the moment of the decision the only safe answer is that there is no verified revision.
  return record?.decidedAt === undefined ? null : { envelope, at: record.decidedAt };
};
