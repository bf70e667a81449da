import { bucketingsAmong, drawnFor } from '@flaghoist/core/bucketing';
import { sameOrder } from '@flaghoist/core/order';
import type { FlagStore, StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Topology } from '@flaghoist/core/topology';

/** What a place names of many: enough to begin with. */
const SHOWN = 3;
const shown = (services: readonly string[]): string =>
  [...services.slice(0, SHOWN), ...(services.length > SHOWN ? [`${services.length - SHOWN} more`] : [])].join(', ');

type Flags = Pick<FlagStore, 'currents' | 'knownGood' | 'revision'>;

/** What of a flag is served, and what a revert would bring back. */
const bodiesOf = async ({ flagKey, order, body }: StoredRevision, flags: Flags): Promise<readonly string[]> => {
  const good = await flags.knownGood(flagKey);
  if (good === undefined || sameOrder(good.order, order)) return [body];
  const revision = await flags.revision(flagKey, good.order);
  return revision === undefined ? [body] : [body, revision.body];
};

/** Accepted flags that draw callers, and that services would draw differently under this topology, as places of a refusal. */
export const mixedBucketings = async (topology: Topology, flags: Flags): Promise<readonly string[]> => {
  if (bucketingsAmong('*', topology).size < 2) return [];
  const places: string[] = [];
  for await (const current of flags.currents()) {
    for (const body of await bodiesOf(current, flags)) {
      const audience = drawnFor(body);
      const among = audience === null ? [] : [...bucketingsAmong(audience, topology)];
      if (among.length < 2) continue;
      const named = among.map(([bucketing, services]) => `${bucketing} in ${shown(services)}`).join('; ');
      const which = body === current.body ? 'draws' : 'would draw again when its newest change is taken back';
      places.push(
        `flag ${current.flagKey} ${which}, and a customer would get different answers: ${named}. Let them evaluate alike, narrow its audience, or take "fractional" out of it`,
      );
    }
  }
  return places;
};
