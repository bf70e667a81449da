import { CURRENT_SK, flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import type { Replication } from '@flaghoist/in-memory/replication';
import type { Remains } from './keeping.ts';
import type { Region } from './region.ts';

/**
 * Goes on where an ended world stood. Every region is shown what nobody has decided, as one that joins is: it expects it,
 * publishes it and asks to have it verified. What was on its way between home and standby is sent again.
 */
export const takeUp = (
  { undecided, regions: before, missingIn }: Remains,
  replication: Replication,
  regions: readonly Region[],
): void => {
  for (const { flags } of regions.filter(({ name }) => before.has(name))) {
    for (const { flagKey, order } of undecided) {
      const pk = flagPk(flagKey);
      flags.showAgain({ pk, sk: revisionSk(order) });
      flags.showAgain({ pk, sk: CURRENT_SK });
    }
  }
  const kept = regions.map(({ flags }) => flags).filter(({ journal }) => journal !== undefined);
  for (const from of kept) {
    for (const to of kept) {
      if (from !== to) for (const entry of missingIn(to, from)) replication.sendAgain(from, entry);
    }
  }
};
