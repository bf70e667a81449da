import { isGenuine } from './intact.ts';
import type { StoredRevision } from './ports/flag-store.ts';

/** How many of the last revisions are looked at when the newest is not one that counts. */
export const MOST_BROKEN = 20;

export interface NewestGenuine {
  /** `undefined`: none of the last ones counts, or there is none at all. */
  readonly newest: StoredRevision | undefined;
  /** What lies above it and does not count, newest first: written around the validator, or altered. */
  readonly above: readonly StoredRevision[];
}

/** @param found a flag's last revisions, newest first */
export const genuineAmong = (found: readonly StoredRevision[]): NewestGenuine => {
  const place = found.findIndex(isGenuine);
  return place < 0 ? { newest: undefined, above: found } : { newest: found[place], above: found.slice(0, place) };
};
