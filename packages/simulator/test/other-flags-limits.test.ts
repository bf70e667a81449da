import { MAX_FACTS_ITEMS, MAX_NEEDING } from '@flaghoist/core/facts';
import { flagPk, keyAttribute, NEEDED_SK } from '@flaghoist/core/storage/keys';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { type FlagsAtHome, flagsAtHome } from './support/flags-at-home.ts';

const policy = { ...DEFAULT_POLICY, maxPrerequisites: 40 };

/** Half of the items check FACTS, the other half is written into NEEDED. */
const MOST_AT_ONCE = MAX_FACTS_ITEMS / 2;

const child = { flagKey: 'child-form' };

const makeBases = async ({ accept }: FlagsAtHome, count: number): Promise<readonly string[]> => {
  const keys = Array.from({ length: count }, (_, place) => `base-form-${place}`);
  for (const flagKey of keys) await accept('created', { flagKey });
  return keys;
};

const refusalOf = async (home: FlagsAtHome, prerequisites: readonly string[]) => {
  const outcome = await home.outcomeOf(await home.propose('updated', { ...child, prerequisites: [...prerequisites] }));
  return outcome?.outcome === 'rejected' ? outcome.violations : outcome?.outcome;
};

it('a change that would check and write too much is refused, with a way out that exists', async () => {
  const home = flagsAtHome({ policy });
  const keys = await makeBases(home, MOST_AT_ONCE + 1);
  await home.accept('created', child);
  expect(await refusalOf(home, keys)).toEqual([expect.objectContaining({ ruleId: 'FH-FACTS-02' })]);
  expect(await refusalOf(home, keys.slice(1))).toBe('accepted');
  expect(await refusalOf(home, [])).toBe('accepted');
});

it('a revert that would is held, and says why in the log', async () => {
  const home = flagsAtHome({ policy });
  const [last = '', ...keys] = await makeBases(home, MOST_AT_ONCE + 1);
  await home.make('created', child);
  await home.make('updated', { ...child, prerequisites: keys });
  const drop = await home.accept('updated', { ...child, prerequisites: [] });
  await home.make('updated', { flagKey: keys[0] ?? '', prerequisites: [last] });
  await home.fail(drop);
  expect(await home.record(drop)).toMatchObject({ state: 'held', holdReason: 'revert-refused' });
  expect(home.log.messages('error')).toEqual([
    'revert depends on more facts about other flags than a transaction checks',
  ]);
});

it('a thousand flags may need one, and no more', async () => {
  const home = flagsAtHome();
  const [base = ''] = await makeBases(home, 1);
  await home.accept('created', child);
  const needing = (count: number) =>
    home.tables.flags.put({
      pk: flagPk(base),
      sk: NEEDED_SK,
      counter: 1,
      epoch: 1,
      ...Object.fromEntries(Array.from({ length: count }, (_, place) => [keyAttribute(`other-${place}`), 1])),
    });
  needing(MAX_NEEDING);
  expect(await refusalOf(home, [base])).toEqual([expect.objectContaining({ ruleId: 'FH-FACTS-03' })]);
  needing(MAX_NEEDING - 1);
  expect(await refusalOf(home, [base])).toBe('accepted');
});

it('what NEEDED names and does not need the flag any more keeps nobody from archiving it', async () => {
  const home = flagsAtHome();
  const [base = ''] = await makeBases(home, 1);
  await home.accept('created', child);
  const stale = { [keyAttribute('gone')]: 1, [keyAttribute(child.flagKey)]: 1 };
  home.tables.flags.put({ pk: flagPk(base), sk: NEEDED_SK, counter: 1, epoch: 1, ...stale });
  expect((await home.accept('archived', { flagKey: base })).flagState).toBe('archived');
});

it('a kill that loses a race is tried again without a pause, and the others pause', async () => {
  const home = flagsAtHome();
  await home.accept('created', child);
  const pauses: string[] = [];
  const losing = async (kind: 'killed' | 'updated') => {
    const propose = await home.proposing(kind, child);
    let left = 3;
    await propose((ports) => ({
      ...ports,
      clock: { now: () => home.ports.clock.now(), sleep: async () => void pauses.push(kind) },
      changes: new Proxy(home.changes, {
        get: (target, method) => {
          if (method !== 'accept' || left === 0) return Reflect.get(target, method).bind(target);
          left -= 1;
          return async () => 'moved';
        },
      }),
    }));
  };
  await losing('updated');
  await losing('killed');
  expect(pauses).toEqual(['updated', 'updated', 'updated']);
  expect((await home.newest(child.flagKey))?.flagState).toBe('killed');
});
