import { isGenuine } from './intact.ts';
import type { FlagStore, StoredRevision } from './ports/flag-store.ts';

/** How many of the last revisions are looked at when the newest is not what was sealed. */
export const MOST_BROKEN = 20;

export interface NewestGenuine {
  /** `undefined`: none of the last ones is what was sealed, or there is none at all. */
  readonly newest: StoredRevision | undefined;
  /** What lies above it and is not what was sealed, newest first: written around the validator, or altered. */
  readonly above: readonly StoredRevision[];
}

/** The newest revision that is what was sealed: whatever else lies above it keeps nobody from finding it. */
export const newestGenuine = async (
  flagKey: string,
  flags: Pick<FlagStore, 'newestRevision' | 'newestRevisions'>,
): Promise<NewestGenuine> => {
  const last = await flags.newestRevision(flagKey);
  if (last === undefined || isGenuine(last)) return { newest: last, above: [] };
  return genuineAmong(await flags.newestRevisions(flagKey, MOST_BROKEN));
};

/** @param found a flag's last revisions, newest first */
export const genuineAmong = (found: readonly StoredRevision[]): NewestGenuine => {
  const place = found.findIndex(isGenuine);
  return place < 0 ? { newest: undefined, above: found } : { newest: found[place], above: found.slice(0, place) };
};
