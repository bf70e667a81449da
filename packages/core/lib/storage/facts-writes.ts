import type { AlikeRead, FactsChange, NeededRead } from '../facts.ts';
import { ABSENT, hasCounted, namesDigest } from './conditions.ts';
import { alikeKey, FACTS_SK, flagPk, keyAttribute, NEEDED_SK, revisionSk } from './keys.ts';
import type { Attributes, Condition, Key, Write as WriteIn } from './write.ts';

type Write = WriteIn<'flags'>;

const factsOf = (flagKey: string): Key => ({ pk: flagPk(flagKey), sk: FACTS_SK });
const neededOf = (flagKey: string): Key => ({ pk: flagPk(flagKey), sk: NEEDED_SK });

/**
 * What the transaction of a change writes and checks because of other flags (rule 3). Its own FACTS need no condition: they
 * move together with CURRENT alone.
 */
export const factsWrites = (flagKey: string, facts: FactsChange): readonly Write[] => [
  ...(facts.moves
    ? [{ table: 'flags', update: factsOf(flagKey), add: { version: 1 }, set: { epoch: facts.epoch } } as const]
    : []),
  ...facts.renewed.flatMap(({ flagKey: other, version, epoch, next, foreign }): readonly Write[] => [
    {
      table: 'flags',
      update: factsOf(other),
      add: { version: 1 },
      set: { epoch: facts.epoch },
      condition: isAsRead('version', version, epoch),
    },
    {
      table: 'flags',
      check: { pk: flagPk(other), sk: revisionSk(next) },
      // A change that is accepted is written over what nobody accepted.
      condition: foreign === undefined ? ABSENT : namesDigest(foreign),
    },
  ]),
  ...facts.versions.map(
    ([other, version]): Write => ({
      table: 'flags',
      check: factsOf(other),
      condition: hasCounted('version', version),
    }),
  ),
  // Without a condition: whoever begins or ends to need a flag waits for nobody who does the same.
  ...facts.begins.map(
    (other): Write => ({
      table: 'flags',
      update: neededOf(other),
      set: { [keyAttribute(flagKey)]: 1 },
      add: { counter: 1 },
    }),
  ),
  ...facts.ends.map(
    (other): Write => ({
      table: 'flags',
      update: neededOf(other),
      add: { counter: 1 },
      remove: [keyAttribute(flagKey)],
    }),
  ),
  ...ownNeeded(flagKey, facts),
  ...(facts.alike === null ? [] : [joinAlike(flagKey, facts.alike)]),
];

const keysAsAttributes = (keys: readonly string[]): Attributes =>
  Object.fromEntries(keys.map((key) => [keyAttribute(key), 1]));

const ownNeeded = (flagKey: string, { needed, since }: FactsChange): readonly Write[] => {
  const update = neededOf(flagKey);
  if (since !== null) return [{ table: 'flags', update, set: { epoch: since } }];
  if (needed === null) return [];
  const condition = isAsRead('counter', needed.counter, needed.epoch);
  if (needed.completed === null) return [{ table: 'flags', check: update, condition }];
  return [{ table: 'flags', update, set: completion(needed), add: { counter: 1 }, condition }];
};

/** A former home may have counted as far: then its epoch gives it away. */
const isAsRead = (counter: string, count: number, epoch: number): Condition => ({
  op: 'all',
  of: [hasCounted(counter, count), hasCounted('epoch', epoch)],
});

const completion = ({ completed }: Pick<NeededRead, 'completed'>): Attributes =>
  completed === null ? {} : { epoch: completed.epoch, ...keysAsAttributes(completed.keys) };

const joinAlike = (flagKey: string, read: AlikeRead): Write => ({
  table: 'flags',
  update: alikeKey(flagKey),
  set: { ...completion(read), [keyAttribute(flagKey)]: 1 },
  add: { count: 1 },
  condition: isAsRead('count', read.count, read.epoch),
});
