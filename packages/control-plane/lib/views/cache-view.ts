import type { Envelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { lookAtRegion } from '../look-at-region.ts';
import type { RegionPorts } from '../ports.ts';
import type { CacheView } from './schemas.ts';

interface Asked {
  readonly region: string;
  readonly envelope: Envelope;
  readonly services: readonly string[];
  readonly now: number;
}

/** What each cache holds of a change's flag, and how that is judged. @throws UnavailableError where caches are out of reach */
export const cachesOf = async (
  ports: RegionPorts,
  { region, envelope, services, now }: Asked,
): Promise<readonly CacheView[]> => {
  const verdicts = await lookAtRegion(ports, { envelope, services, now });
  const contents = await ports.caches?.inspect(services, [envelope.flagKey]);
  if (verdicts === undefined || contents === undefined)
    throw new UnavailableError(
      `a look into the caches of ${region}`,
      'In an account they are private: the verdicts of the regions say what was seen.',
    );
  return verdicts.map(({ service, redis, verdict, reason }) => {
    const found = contents.get(service);
    const held = found?.reachable ? (found.flags.get(envelope.flagKey)?.held ?? null) : null;
    return {
      region,
      service,
      redis,
      verdict,
      reason,
      heldOrder: held && { ...held.order },
      tombstone: held?.tombstone ?? null,
    };
  });
};
