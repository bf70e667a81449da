import { bucketingsAmong, drawnFor } from '@flaghoist/core/bucketing';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Topology } from '@flaghoist/core/topology';

/** What a place names of many: enough to begin with. */
const SHOWN = 3;
const shown = (services: readonly string[]): string =>
  [...services.slice(0, SHOWN), ...(services.length > SHOWN ? [`${services.length - SHOWN} more`] : [])].join(', ');

/** Accepted flags that draw callers, and that services would draw differently under this topology, as places of a refusal. */
export const mixedBucketings = async (
  topology: Topology,
  flags: Pick<FlagStore, 'currents'>,
): Promise<readonly string[]> => {
  const places: string[] = [];
  for await (const { flagKey, body } of flags.currents()) {
    const audience = drawnFor(body);
    const among = audience === null ? [] : [...bucketingsAmong(audience, topology)];
    if (among.length < 2) continue;
    const named = among.map(([bucketing, services]) => `${bucketing} in ${shown(services)}`).join('; ');
    places.push(
      `flag ${flagKey} draws, and a customer would get different answers: ${named}. Let them evaluate alike, narrow its audience, or take "fractional" out of it`,
    );
  }
  return places;
};
