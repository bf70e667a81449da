import type { MoveReport } from '@flaghoist/operations/move-report';
import { promote } from '@flaghoist/operations/promote';
import type { Region } from '../../lib/region.ts';
import { startWorld, type TestWorld } from './world.ts';

const operator = { principal: 'local:operator' };

/** Three regions, of which the second is the standby. */
export const startWithStandby = (seed: number): Promise<TestWorld> =>
  startWorld({ seed, regions: 3, services: 2, standby: true });

/** The first region is on its own from now on; what it has written so far has arrived everywhere. */
export const cutOff = async (t: TestWorld): Promise<void> => {
  await t.advance(5_000);
  t.world.network.cut(t.region(0).name);
};

export const moveHome = (t: TestWorld, { name }: Region): Promise<MoveReport> =>
  t.run(promote(operator, t.world.promotion(name)));
