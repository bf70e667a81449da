import { isShadow } from '@flaghoist/core/canary';
import type { ChangeKey } from '@flaghoist/core/change';
import { changeIdentity } from '@flaghoist/core/change-events';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { RegionAnswer } from '@flaghoist/core/region-judgement';

/** Within this time a cache that fails several changes is itself at fault (rule 15). */
const WINDOW_MS = 600_000;
/** Failed changes that make a cache degraded. */
const SEVERAL = 2;

/** Failed changes by service, of those degraded. */
export type DegradedCaches = ReadonlyMap<string, readonly ChangeKey[]>;

/**
 * Notes which caches failed which changes and says which of them are degraded by now. All failures of a round are noted
 * before the first is judged, so that a dead cache that fails thirty changes at once takes back none of them.
 */
export const findDegraded = async (
  verification: Pick<VerificationStore, 'recordFailure'>,
  inconsistent: readonly RegionAnswer[],
  now: number,
): Promise<DegradedCaches> => {
  const failed = new Map<string, ChangeKey[]>();
  for (const { row, services } of inconsistent) {
    for (const { service, verdict } of services) {
      if (verdict !== 'inconsistent' || isShadow(service)) continue;
      const changes = failed.get(service) ?? [];
      failed.set(service, changes);
      // More would change nothing: with a region's caches lost it would be tens of thousands of writes.
      if (changes.length < SEVERAL) changes.push(row);
    }
  }
  const degraded = new Map<string, readonly ChangeKey[]>();
  await Promise.all(
    [...failed].map(async ([service, changes]) => {
      let known: readonly ChangeKey[] = [];
      for (const change of changes) known = await verification.recordFailure(service, change, now, WINDOW_MS);
      if (known.length >= SEVERAL) degraded.set(service, known);
    }),
  );
  return degraded;
};

/** One event per degraded cache and newest failure. */
export const degradedEvents = (degraded: DegradedCaches, region: string, at: number): FlaghoistEvent[] =>
  [...degraded].map(([service, changes]) => {
    const newest = changes.at(-1);
    return eventOf({
      type: 'CacheDegraded',
      identity: [region, service, ...(newest === undefined ? [] : changeIdentity(newest))],
      region,
      at,
      detail: { region, service, changeIds: changes.map(({ changeId }) => changeId) },
    });
  });
