import { parseEnvelope } from './envelope.ts';
import { UnavailableError } from './errors.ts';
import { lettersOf } from './facts.ts';
import { needsOf } from './flag-facts.ts';
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
  for await (const newest of newestOfAll(flags)) {
    if (!isLeft()) throw tooMany;
    const { flagKey } = newest;
    add(lookingLike, lettersOf(flagKey), flagKey);
    const needs = needsIn(newest);
    if (needs === undefined) unreadable.push(newest);
    else for (const key of needs) add(needing, key, flagKey);
  }
  return {
    needing: (flagKey) => [
      ...(needing.get(flagKey) ?? []),
      ...unreadable.filter(({ body }) => body.includes(JSON.stringify(flagKey))).map((one) => one.flagKey),
    ],
    lookingLike: (flagKey) => lookingLike.get(lettersOf(flagKey)) ?? [],
  };
};

const tooMany = new UnavailableError(
  'a look through all flags',
  'There are more than there was time for. It is tried again; raise the timeout of the function if that does not help.',
);

async function* newestOfAll(flags: Pick<FlagStore, 'revisions'>): AsyncGenerator<StoredRevision, void, undefined> {
  let last: StoredRevision | undefined;
  for await (const revision of flags.revisions()) {
    if (last !== undefined && last.flagKey !== revision.flagKey) yield last;
    last = revision;
  }
  if (last !== undefined) yield last;
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
