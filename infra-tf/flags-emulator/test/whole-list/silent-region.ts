import type { Home } from '../home.ts';
import { verifiedFlag } from '../scenarios.ts';
import type { World } from '../world.ts';

/** A region answers nobody for longer than home waits, and is back: the change is unverified, and proven by itself after that. */
export const regionSilent = async ({ ministack }: World, home: Home, region: string) => {
  const flagKey = 'while-a-region-is-silent';
  await verifiedFlag(home, flagKey);
  await ministack.refuse(region);
  const order = await home.accepted(await home.propose(flagKey, 'updated'));
  const whileSilent = await home.decided(flagKey, order, 'unverified');
  await ministack.accept(region);
  const back = await home.decided(flagKey, order, 'verified');
  await home.everywhere(flagKey, order);
  return { whileSilent, back };
};
