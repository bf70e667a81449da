import { parseEnvelope } from './envelope.ts';
import { UnavailableError } from './errors.ts';
import { lettersOf } from './facts.ts';
import { needsOf } from './flag-facts.ts';
import { genuineAmong, MOST_BROKEN, type NewestGenuine } from './newest-genuine.ts';
import type { FlagStore, StoredRevision } from './ports/flag-store.ts';

/** Who needs what and who looks like whom, by the newest revision of every flag: what no item is known to say as a whole. */
export interface AllFlags {
  /** The flags that may need this one. */
  needing(flagKey: string): readonly string[];
  lookingLike(flagKey: string): readonly string[];
}

/** Looks through all flags, from now on. @throws UnavailableError */
export type Walk = () => Promise<AllFlags>;

interface Options {
  readonly flags: Pick<FlagStore, 'revisions'>;
  /** Whether there is time to go on. */
  readonly isLeft?: () => boolean;
}

/**
 * Reads the whole table: an index lags, and what is not in it would be decided over. Whoever asks while a walk is under way
 * shares the next one with all others that do, as what was passed already may have changed before they asked.
 *
 * @throws UnavailableError when there was no time to look through all
 */
export const createWalk = (options: Options): Walk => {
  let running: Promise<AllFlags> | undefined;
  let next: Promise<AllFlags> | undefined;
  const start = (): Promise<AllFlags> => {
    next = undefined;
    const walk = walkThrough(options).finally(() => {
      if (running === walk) running = undefined;
    });
    running = walk;
    return walk;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running.then(start, start);
    return next;
  };
};

const walkThrough = async ({ flags, isLeft = () => true }: Options): Promise<AllFlags> => {
  const needing = new Map<string, string[]>();
  const lookingLike = new Map<string, string[]>();
  const unreadable: StoredRevision[] = [];
  const add = (to: Map<string, string[]>, key: string, flagKey: string): void => {
    const keys = to.get(key);
    if (keys === undefined) to.set(key, [flagKey]);
    else keys.push(flagKey);
  };
  for await (const { flagKey, newest, above } of newestOfAll(flags)) {
    if (!isLeft()) throw tooMany;
    add(lookingLike, lettersOf(flagKey), flagKey);
    const needs = newest === undefined ? [] : needsIn(newest);
    if (newest !== undefined && needs === undefined) unreadable.push(newest);
    for (const key of needs ?? []) add(needing, key, flagKey);
    // It may be the newest accepted one, altered, and CURRENT may still have its bytes: then who is named is looked at.
    unreadable.push(...above);
  }
  return {
    needing: (flagKey) => [
      ...new Set([
        ...(needing.get(flagKey) ?? []),
        ...unreadable.filter(({ body }) => body.includes(JSON.stringify(flagKey))).map((one) => one.flagKey),
      ]),
    ],
    lookingLike: (flagKey) => lookingLike.get(lettersOf(flagKey)) ?? [],
  };
};

const tooMany = new UnavailableError(
  'a look through all flags',
  'There are more than there was time for. It is tried again; when it never ends, reads of the table `flags` are slow or throttled.',
);

interface Last extends NewestGenuine {
  readonly flagKey: string;
}

async function* newestOfAll(flags: Pick<FlagStore, 'revisions'>): AsyncGenerator<Last, void, undefined> {
  let last: StoredRevision[] = [];
  for await (const revision of flags.revisions()) {
    const [newest] = last;
    if (newest !== undefined && newest.flagKey !== revision.flagKey) {
      yield { flagKey: newest.flagKey, ...genuineAmong(last) };
      last = [];
    }
    last = [revision, ...last.slice(0, MOST_BROKEN - 1)];
  }
  const [newest] = last;
  if (newest !== undefined) yield { flagKey: newest.flagKey, ...genuineAmong(last) };
}

/** Most need none, and are not read. `undefined`: it cannot be read, and may need whatever it names. */
const needsIn = ({ body }: StoredRevision): readonly string[] | undefined => {
  if (!body.includes('"prerequisites"')) return [];
  try {
    return needsOf(parseEnvelope(body));
  } catch {
    return undefined;
  }
};
