import { InvalidInputError, UnavailableError } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import type { HomeRegion, HomeSource } from './ports/home-source.ts';
import { rememberFor } from './remember.ts';

/**
 * How old a function's knowledge of home may be. A former home goes on for so long after the item has reached it, which is
 * no different from an item that arrives later: nothing depends on when it stops.
 */
export const HOME_REMEMBERED_MS = 1_000;

/**
 * Reads the item `HOME` once a second at most. What could not be read is not remembered. When somebody has written around
 * `promote`, so that the item names no home, the last one that it named goes on.
 *
 * @throws UnavailableError when this function knows none: what waits for it waits until the item is put back
 */
export const rememberHome = (source: HomeSource, clock: Pick<Clock, 'now'>): HomeSource => {
  let last: HomeRegion | undefined;
  const read = async (): Promise<HomeRegion> => {
    try {
      last = await source.home();
      return last;
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      if (last !== undefined) return last;
      throw new UnavailableError('which region is home', `${error.message}. ${error.hint}`, error);
    }
  };
  return { home: rememberFor(HOME_REMEMBERED_MS, read, clock) };
};

/** Whether this region decides. Where another one is home, what only home does is not done, and nothing fails. */
export const isHome = async (region: string, source: HomeSource): Promise<boolean> =>
  (await source.home()).region === region;
