import { type Envelope, parseEnvelope } from './envelope.ts';
import { type AlikeRead, type FactsChange, lettersOf, MAX_FACTS_ITEMS, type NeededRead } from './facts.ts';
import { type FactsMove, factsMoved, needsOf } from './flag-facts.ts';
import type { FlagStore, Needed, StoredRevision } from './ports/flag-store.ts';

interface Options {
  readonly flags: Pick<FlagStore, 'newestRevision' | 'factsVersion' | 'needed' | 'alike' | 'revisions'>;
  /** The epoch in which the change would be accepted. */
  readonly epoch: number;
}

/** One look at other flags, for one attempt to write a change. What it has seen is what the transaction then relies on. */
export interface OtherFlags {
  /** The newest accepted revision of a flag; `null`: it does not exist. */
  flag(flagKey: string): Promise<Envelope | null>;
  /** These flags and all that they need, directly or not. Stops when there are more than a transaction can rely on. */
  chain(flagKeys: readonly string[]): Promise<ReadonlyMap<string, Envelope | null>>;
  /** The flags that need one. Stops as `chain` does. */
  needing(flagKey: string): Promise<readonly Envelope[]>;
  /** Those of the flags that look alike which exist. @param sameWords keys to look for beside those that have met in ALIKE */
  lookalikes(flagKey: string, sameWords: readonly string[]): Promise<readonly string[]>;
  /** What the transaction of a change writes and checks, after all that was seen. */
  change(move: FactsMove): Promise<FactsChange>;
}

interface Seen {
  readonly version: number;
  readonly flag: Envelope | null;
}

/** More than a transaction has room for need not be looked at: the change is refused. */
const MAX_SEEN = MAX_FACTS_ITEMS + 1;

/** All reads are strongly consistent: home's. */
export const lookAtOthers = ({ flags, epoch }: Options): OtherFlags => {
  const looks = new Map<string, Promise<Seen>>();
  let needed: NeededRead | null = null;
  let alike: AlikeRead | null = null;

  /** FACTS first: a revision that comes between the two reads has moved the version that is then checked. */
  const lookAt = async (flagKey: string): Promise<Seen> => {
    const version = await flags.factsVersion(flagKey);
    const newest = await flags.newestRevision(flagKey);
    return { version, flag: newest === undefined ? null : parseEnvelope(newest.body) };
  };
  const flag = async (flagKey: string): Promise<Envelope | null> => {
    const look = looks.get(flagKey) ?? lookAt(flagKey);
    looks.set(flagKey, look);
    return (await look).flag;
  };

  /** NEEDED has all that began to need the flag since it is kept. Those from before, or of another epoch, are looked for. */
  const candidates = async (flagKey: string): Promise<{ keys: readonly string[]; read: Needed }> => {
    const read = await flags.needed(flagKey);
    if (read.epoch === epoch) return { keys: read.keys, read };
    const keys = new Set(read.keys);
    for await (const newest of newestOfAll(flags)) if (mayNeed(newest.body, flagKey)) keys.add(newest.flagKey);
    return { keys: [...keys].sort(), read };
  };

  /** Who has met them in ALIKE may have been written over by a former home's late write. */
  const lookingLike = async (flagKey: string): Promise<readonly string[]> => {
    const letters = lettersOf(flagKey);
    const keys: string[] = [];
    for await (const { flagKey: other } of newestOfAll(flags)) if (lettersOf(other) === letters) keys.push(other);
    return keys;
  };

  return {
    flag,

    async chain(flagKeys) {
      const seen = new Map<string, Envelope | null>();
      let level = [...new Set(flagKeys)];
      while (level.length > 0 && seen.size < MAX_SEEN) {
        const some = level.slice(0, MAX_SEEN - seen.size);
        const found = await Promise.all(some.map(async (key) => [key, await flag(key)] as const));
        for (const [key, one] of found) seen.set(key, one);
        const next = new Set(found.flatMap(([, one]) => needsOf(one)));
        level = [...next].filter((key) => !seen.has(key));
      }
      return seen;
    },

    async needing(flagKey) {
      const { keys, read } = await candidates(flagKey);
      const found = await Promise.all(keys.slice(0, MAX_SEEN).map(flag));
      const needing = found.filter((one) => one !== null && needsOf(one).includes(flagKey)) as Envelope[];
      const completed = read.epoch === epoch ? null : { epoch, keys: needing.map((one) => one.flagKey) };
      needed = { counter: read.counter, epoch: read.epoch, completed };
      return needing;
    },

    async lookalikes(flagKey, sameWords) {
      const { count, epoch: readIn, keys: read } = await flags.alike(flagKey);
      // Where none has met another yet there are none: the item is kept since there are flags.
      const isWhole = count === 0 || readIn === epoch;
      const keys = isWhole ? read : [...new Set([...read, ...(await lookingLike(flagKey))])];
      // A key that has met the others once need not do so again.
      alike = isWhole && read.includes(flagKey) ? null : { count, epoch: readIn, completed: { epoch, keys } };
      const others = [...new Set([...keys, ...sameWords])].filter((key) => key !== flagKey).sort();
      const found = await Promise.all(others.map((key) => flags.newestRevision(key)));
      return others.filter((_, index) => found[index] !== undefined);
    },

    async change(move) {
      const change = factsMoved(move, epoch);
      // What it needs, and who needs it, stays as it was: nobody can have taken that away meanwhile.
      if (!change.moves) return change;
      const seen = await Promise.all([...looks].map(async ([key, look]) => [key, (await look).version] as const));
      const versions = seen.filter(([key]) => key !== move.flagKey).sort(([a], [b]) => (a < b ? -1 : 1));
      return { ...change, versions, needed, alike };
    },
  };
};

/**
 * The newest revision of every flag, read through the whole table: an index lags, and what is not in it would be decided over.
 * Once a flag and epoch, as what was found is written down.
 */
async function* newestOfAll(flags: Pick<FlagStore, 'revisions'>): AsyncGenerator<StoredRevision, void, undefined> {
  let last: StoredRevision | undefined;
  for await (const revision of flags.revisions()) {
    if (last !== undefined && last.flagKey !== revision.flagKey) yield last;
    last = revision;
  }
  if (last !== undefined) yield last;
}

/** Most have not the key in them and need not be read. One that cannot be read is looked at by its revision. */
const mayNeed = (body: string, flagKey: string): boolean => {
  if (!body.includes(JSON.stringify(flagKey))) return false;
  try {
    return needsOf(parseEnvelope(body)).includes(flagKey);
  } catch {
    return true;
  }
};
