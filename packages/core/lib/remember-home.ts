import type { Clock } from './ports/clock.ts';
import type { HomeSource } from './ports/home-source.ts';
import { rememberFor } from './remember.ts';

/**
 * How old a function's knowledge of home may be. A former home goes on for so long after the item has reached it, which is
 * no different from an item that arrives later: nothing depends on when it stops.
 */
export const HOME_REMEMBERED_MS = 1_000;

/** Reads the item `HOME` once a second at most. What could not be read is not remembered. */
export const rememberHome = (source: HomeSource, clock: Pick<Clock, 'now'>): HomeSource => ({
  home: rememberFor(HOME_REMEMBERED_MS, () => source.home(), clock),
});

/** Whether this region decides. Where another one is home, what only home does is not done, and nothing fails. */
export const isHome = async (region: string, source: HomeSource): Promise<boolean> =>
  (await source.home()).region === region;
