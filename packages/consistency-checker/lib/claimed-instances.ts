import { instancesOf } from '@flaghoist/core/instance-claim';
import type { ServiceCache } from '@flaghoist/core/ports/service-cache';

/** Of those that are behind, as many as an event names. */
const NAMED = 10;

/**
 * What the instances of these services claim, all in all. Beside the verdict and never a part of it: a dead or lying task takes
 * no change back.
 *
 * @returns `undefined` where no instance is alive: services without agents have nothing to say
 */
export const claimedInstances = async (
  cache: Pick<ServiceCache, 'instances'>,
  services: readonly string[],
  now: number,
) => {
  const found = [...(await cache.instances(services))].map(([service, rows]) => ({
    service,
    ...instancesOf(rows, now),
  }));
  const sum = (of: 'alive' | 'holding'): number => found.reduce((total, each) => total + each[of], 0);
  if (sum('alive') === 0) return undefined;
  const behind = found.flatMap(({ service, behind: each }) => each.map((one) => ({ service, ...one })));
  const worst = behind.toSorted((a, b) => b.behindMs - a.behindMs).slice(0, NAMED);
  return { alive: sum('alive'), holding: sum('holding'), behind: worst };
};
