import type { Walk } from './all-flags.ts';
import { type Envelope, parseEnvelope } from './envelope.ts';
import { InvalidInputError, isRetryable } from './errors.ts';
import { type AlikeRead, type FactsChange, MAX_FACTS_ITEMS, type NeededRead } from './facts.ts';
import { type FactsMove, factsMoved, needsOf } from './flag-facts.ts';
import { isGenuine } from './intact.ts';
import { newestAccepted } from './newest-accepted.ts';
import type { NewestGenuine } from './newest-genuine.ts';
import { nextOrder, sameOrder } from './order.ts';
import type { ChangeStore } from './ports/change-store.ts';
import type { FactsRead, FlagStore, Needed } from './ports/flag-store.ts';
import type { HomeSource } from './ports/home-source.ts';
import type { Logger } from './ports/logger.ts';

interface Options {
  readonly flags: Pick<FlagStore, 'current' | 'newestRevision' | 'newestRevisions' | 'facts' | 'needed' | 'alike'>;
  readonly changes: Pick<ChangeStore, 'record' | 'outcome'>;
  readonly home: HomeSource;
  /** The epoch in which the change would be accepted. */
  readonly epoch: number;
  /** How all flags are looked through; `null` for who has no time for that. */
  readonly walk: Walk | null;
  readonly log: Pick<Logger, 'error'>;
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
  /** Whether all was seen that was looked for. `false`: only a walk would show it, so that nothing may be accepted. */
  readonly isWhole: boolean;
  /** What the transaction of a change writes and checks, after all that was seen. */
  change(move: FactsMove): Promise<FactsChange>;
}

interface Seen {
  readonly facts: FactsRead;
  readonly flag: Envelope | null;
  /** What lies above it and was not accepted, or is not what was sealed. */
  readonly above: NewestGenuine['above'];
}

/** More than a transaction has room for need not be looked at: the change is refused. */
const MAX_SEEN = MAX_FACTS_ITEMS + 1;

/** All reads are strongly consistent: home's. */
export const lookAtOthers = ({ flags, changes, home, epoch, walk, log }: Options): OtherFlags => {
  const looks = new Map<string, Promise<Seen>>();
  let needed: NeededRead | null = null;
  let alike: AlikeRead | null = null;
  let isWhole = true;

  /** FACTS first: a revision that comes between the two reads has moved the version that is then checked. */
  const lookAt = async (flagKey: string): Promise<Seen> => {
    const facts = await flags.facts(flagKey);
    return { facts, ...(await acceptedFlag(flagKey, { flags, changes, home, epoch })) };
  };
  const flag = async (flagKey: string): Promise<Envelope | null> => {
    const look = looks.get(flagKey) ?? lookAt(flagKey);
    looks.set(flagKey, look);
    return (await look).flag;
  };

  /** One whose revision and CURRENT are both not what was sealed says nothing, and keeps nobody from looking at the others. */
  const unlessUnreadable = async (flagKey: string, read: Promise<Envelope | null>): Promise<Envelope | null> => {
    try {
      return await read;
    } catch (error) {
      if (isRetryable(error)) throw error;
      looks.delete(flagKey);
      log.error('other flag cannot be read and is passed by: find out who wrote it', { flagKey, error });
      return null;
    }
  };

  const allFlags = async (): ReturnType<Walk> => {
    if (walk !== null) return walk();
    isWhole = false;
    return { needing: () => [], lookingLike: () => [] };
  };

  /** NEEDED has all that began to need the flag since it is kept. Those from before, or of another epoch, are looked for. */
  const candidates = async (flagKey: string): Promise<{ keys: readonly string[]; read: Needed }> => {
    const read = await flags.needed(flagKey);
    if (read.epoch === epoch) return { keys: read.keys, read };
    const all = await allFlags();
    return { keys: [...new Set([...read.keys, ...all.needing(flagKey)])].sort(), read };
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
      const found = await Promise.all(keys.slice(0, MAX_SEEN).map((key) => unlessUnreadable(key, flag(key))));
      const needing = found.filter((one) => one !== null && needsOf(one).includes(flagKey)) as Envelope[];
      const completed = read.epoch === epoch ? null : { epoch, keys: needing.map((one) => one.flagKey) };
      needed = { counter: read.counter, epoch: read.epoch, completed };
      return needing;
    },

    async lookalikes(flagKey, sameWords) {
      const { count, epoch: readIn, keys: read } = await flags.alike(flagKey);
      // Where none has met another yet there are none: the item is kept since there are flags.
      const haveMet = count === 0 || readIn === epoch;
      // Who has met them in ALIKE may have been written over by a former home's late write.
      const keys = haveMet ? read : [...new Set([...read, ...(await allFlags()).lookingLike(flagKey)])];
      // A key that has met the others once need not do so again.
      alike = haveMet && read.includes(flagKey) ? null : { count, epoch: readIn, completed: { epoch, keys } };
      const others = [...new Set([...keys, ...sameWords])].filter((key) => key !== flagKey).sort();
      const accepted = async (key: string) => (await acceptedFlag(key, { flags, changes, home, epoch })).flag;
      const found = await Promise.all(others.map((key) => unlessUnreadable(key, accepted(key))));
      return others.filter((_, index) => found[index] !== null);
    },

    get isWhole() {
      return isWhole;
    },

    async change(move) {
      const change = factsMoved(move, epoch);
      // What it needs, and who needs it, stays as it was: nobody can have taken that away meanwhile.
      if (!change.moves) return change;
      const all = await Promise.all([...looks].map(async ([key, look]) => ({ flagKey: key, ...(await look) })));
      const seen = all.filter((one) => one.flagKey !== move.flagKey).sort((a, b) => (a.flagKey < b.flagKey ? -1 : 1));
      // There is no home before the first.
      const [own, former] = partition(seen, ({ facts }) => epoch === 1 || facts.epoch === epoch);
      const versions = own.map(({ flagKey, facts }) => [flagKey, facts.version] as const);
      const renewed = former.map(({ flagKey, facts, flag: is, above }) => {
        const next = nextOrder(epoch, is);
        const foreign = above.find(({ order }) => sameOrder(order, next))?.envelopeDigest;
        return { flagKey, ...facts, next, ...(foreign === undefined ? {} : { foreign }) };
      });
      return { ...change, versions, renewed, needed, alike };
    },
  };
};

/**
 * What lies above the newest accepted revision keeps nobody from looking at the flag. Where it is all that there is, it makes
 * none.
 *
 * @throws InvalidInputError, DigestMismatchError where neither a revision nor CURRENT is what was sealed
 */
const acceptedFlag = async (
  flagKey: string,
  ports: Pick<Options, 'flags' | 'changes' | 'home' | 'epoch'>,
): Promise<Pick<Seen, 'flag' | 'above'>> => {
  const current = await ports.flags.current(flagKey);
  const { newest, above } = await newestAccepted(flagKey, current, ports);
  const [altered] = above;
  const seen = (one: Envelope | null): Pick<Seen, 'flag' | 'above'> => ({ flag: one, above });
  if (altered === undefined) return seen(newest === undefined ? null : parseEnvelope(newest.body));
  // It may be the newest accepted one, altered; then CURRENT still has its bytes.
  const isKept =
    current !== undefined && isGenuine(current) && above.some(({ order }) => sameOrder(order, current.order));
  const kept = isKept || newest === undefined ? current : newest;
  return seen(kept === undefined ? null : ofFlag(flagKey, parseEnvelope(kept.body)));
};

/** A seal does not say where an envelope lies. @throws InvalidInputError */
const ofFlag = (flagKey: string, envelope: Envelope): Envelope => {
  if (envelope.flagKey === flagKey) return envelope;
  const places = [`/flagKey: is ${envelope.flagKey}`];
  throw new InvalidInputError(
    `CURRENT of ${flagKey}`,
    places,
    'Only the validator writes it: find out who wrote this one.',
  );
};

const partition = <T>(all: readonly T[], is: (one: T) => boolean): readonly [readonly T[], readonly T[]] => [
  all.filter(is),
  all.filter((one) => !is(one)),
];
