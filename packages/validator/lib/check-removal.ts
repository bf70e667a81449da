import { CANARY_FLAG } from '@flaghoist/core/canary';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { FlagStore, KnownGoodRepair } from '@flaghoist/core/ports/flag-store';
import { putKnownGoodRight } from '@flaghoist/core/put-known-good-right';
import { isHome } from '@flaghoist/core/remember-home';
import { FLAG_PREFIX, KNOWN_GOOD_SK, REVISION_PREFIX } from '@flaghoist/core/storage/keys';
import { putCurrentRight } from '@flaghoist/operations/put-current-right';
import type { DistributePorts } from './ports.ts';
import { hasRecords } from './settle-current.ts';

interface Ports extends Pick<DistributePorts, 'region' | 'home' | 'repair' | 'log'> {
  readonly flags: Pick<FlagStore, 'current' | 'revision' | 'newestRevision' | 'newestRevisions' | 'knownGood'> &
    KnownGoodRepair;
  readonly changes: Pick<ChangeStore, 'record' | 'recordsBefore' | 'proofs' | 'outcome'>;
}

/**
 * CURRENT, REVISION and KNOWN_GOOD are never removed (rule 5); removing a CURRENT that never was accepted is how it is put right. Home
 * alone can tell, tells, and puts an accepted CURRENT back.
 */
export const checkRemoval = async (
  { pk, sk }: { pk: string; sk: string },
  { region, home, flags, changes, repair, log }: Ports,
): Promise<void> => {
  if (!(await isHome(region, home))) return;
  const flagKey = pk.slice(FLAG_PREFIX.length);
  // They have a time to live.
  if (flagKey === CANARY_FLAG && sk.startsWith(REVISION_PREFIX)) return;
  const isGone = (await flags.newestRevision(flagKey)) === undefined && (await flags.current(flagKey)) === undefined;
  // So ends what was never accepted.
  if (isGone && !(await hasRecords(flagKey, changes))) return;
  log.error('item of flags was removed around the validator', { flagKey, sk });
  if (isGone) return;
  const { epoch } = await home.home();
  if (sk === KNOWN_GOOD_SK) {
    await putKnownGoodRight(flagKey, { epoch }, { flags, changes });
    return;
  }
  // Of a REVISION too: it may be that of CURRENT, which has its bytes.
  await putCurrentRight(flagKey, { flags, changes, repair, home, epoch });
};
