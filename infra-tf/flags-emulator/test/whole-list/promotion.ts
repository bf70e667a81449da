import { type Home, homeOf } from '../home.ts';
import { verifiedFlag } from '../scenarios.ts';
import { home as homeRegion, standby } from '../topology.ts';
import type { Typist } from '../typist.ts';
import type { World } from '../world.ts';

/** The standby is made home, accepts and takes a change to every cache; then home is home again. */
export const promote = async (world: World, home: Home, type: Typist) => {
  const credentials = await home.promoter();
  const moved = await type('A region is lost for good', { credentials });
  const there = await homeOf(world, standby);
  const accepted = await verifiedFlag(there, 'accepted-by-the-standby');
  const back = await type('A region is lost for good', {
    credentials,
    instead: { [`promote ${standby}`]: `promote ${homeRegion}` },
  });
  const again = await verifiedFlag(await homeOf(world), 'accepted-at-home-again');
  return { moved: moved.stdout, accepted, back: back.stdout, again };
};
