import { UnavailableError } from '@flaghoist/core/errors';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import { acceptance } from '@flaghoist/core/storage/change-writes';
import type { Write } from '@flaghoist/core/storage/write';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { flagsAtHome } from './support/flags-at-home.ts';

/** How long a transaction holds its items, and how long it takes to be told that another one does. */
const TRANSACTION_MS = 15;
const REFUSAL_MS = 5;
const READ_MS = 3;

const placeOf = (write: Write): string => {
  const key =
    'put' in write ? write.put : 'update' in write ? write.update : 'delete' in write ? write.delete : write.check;
  return `${write.table} ${key.pk} ${key.sk}`;
};

/** DynamoDB refuses a transaction that meets another one on an item, a mere check included. A kill comes again at once. */
const withConflicts = (changes: ChangeStore, time: VirtualScheduler): Pick<ChangeStore, 'accept'> => {
  const held = new Set<string>();
  return {
    async accept(envelope, replaces, facts) {
      const places = acceptance(envelope, replaces, facts).map(placeOf);
      while (places.some((place) => held.has(place))) {
        await time.sleep(REFUSAL_MS);
        if (envelope.kind !== 'killed') throw new UnavailableError(`a transaction for ${envelope.flagKey}`, 'Again.');
      }
      for (const place of places) held.add(place);
      await time.sleep(TRANSACTION_MS);
      for (const place of places) held.delete(place);
      return changes.accept(envelope, replaces, facts);
    },
  };
};

const DEPENDENTS = 40;

const flag = { flagKey: 'base-form' };

/** A hundred changes a second by which others begin to need the flag, and a kill in the middle. @returns milliseconds */
const killTakes = async (seed: number): Promise<number> => {
  const random = new SeededRandom(seed);
  const time = new VirtualScheduler();
  const home = flagsAtHome();
  await home.make('created', flag);
  const keys = Array.from({ length: DEPENDENTS }, (_, place) => `child-form-${place}`);
  for (const flagKey of keys) await home.accept('created', { flagKey });
  const { accept } = withConflicts(home.changes, time);
  const slowly = <P extends object>(ports: P): P => {
    const changes = new Proxy(home.changes, {
      get: (target, method) => (method === 'accept' ? accept : Reflect.get(target, method).bind(target)),
    });
    const flags = new Proxy(home.flags, {
      get: (target, method) => async (key: never) => {
        await time.sleep(READ_MS);
        return Reflect.get(target, method).call(target, key);
      },
    });
    return { ...ports, changes, flags, clock: time, random };
  };
  let taken = 0;
  const kill = await home.proposing('killed', flag);
  time.schedule(100 + random.next() * 200, async () => {
    const began = time.now();
    await kill(slowly);
    taken = time.now() - began;
  });
  for (const [place, flagKey] of keys.entries()) {
    const change = await home.proposing('updated', { flagKey, prerequisites: [flag.flagKey] });
    time.schedule(place * 10, async () => {
      await change(slowly).catch(() => {});
    });
  }
  await time.advance(5_000);
  expect((await home.newest(flag.flagKey))?.flagState).toBe('killed');
  return taken;
};

it('a kill of a flag that a hundred changes a second begin to need waits for none of them', async () => {
  const taken = [];
  for (let seed = 1; seed <= 6; seed += 1) taken.push(await killTakes(seed));
  // CURRENT with its revision, the rules that regions have, and other flags: each of these reads follows from the one before.
  expect(Math.max(...taken)).toBeLessThanOrEqual(3 * READ_MS + TRANSACTION_MS);
});
