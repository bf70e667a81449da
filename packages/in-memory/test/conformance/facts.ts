import { type AlikeRead, FACTS_STAY, type FactsChange } from '@flaghoist/core/facts';
import type { ChangeStoreUnderTest } from './change-store.ts';
import { currentIs, envelope } from './envelopes.ts';

const moves: FactsChange = { ...FACTS_STAY, moves: true };
const firstAlike: AlikeRead = { count: 0, epoch: 0, completed: null };
const base = envelope({ flagKey: 'base' });
const child = envelope({ flagKey: 'child.v2_b-c' });
const other = envelope({ flagKey: 'other' });

/** What every pair of stores must do about facts of other flags (rule 3). */
export const factsConformance = (create: () => Promise<ChangeStoreUnderTest>): void => {
  let stores: ChangeStoreUnderTest;
  beforeEach(async () => {
    stores = await create();
  });
  const accept = (flag: typeof base, facts: FactsChange) => stores.changes.accept(flag, null, facts);
  const stateOf = async (flagKey: string) => ({
    facts: (await stores.flags.facts(flagKey)).version,
    needed: await stores.flags.needed(flagKey),
    alike: await stores.flags.alike(flagKey),
    exists: (await stores.flags.newestRevision(flagKey)) !== undefined,
  });
  const nothing = {
    facts: 0,
    needed: { keys: [], counter: 0, epoch: 0 },
    alike: { keys: [], count: 0, epoch: 0 },
    exists: false,
  };

  it('of a flag that has no such items, facts have not moved, and nobody is known', async () => {
    expect(await stateOf('base')).toEqual(nothing);
  });

  it('keeps what a new flag says: its facts, that its set is whole, and what it looks like', async () => {
    expect(
      await accept(base, { ...moves, since: 3, alike: { ...firstAlike, completed: { epoch: 3, keys: [] } } }),
    ).toBe('written');
    expect(await stateOf('base')).toEqual({
      facts: 1,
      needed: { keys: [], counter: 0, epoch: 3 },
      alike: { keys: ['base'], count: 1, epoch: 3 },
      exists: true,
    });
  });

  it('keeps all who begin to need a flag, whatever their keys, and lets go of those that end', async () => {
    await accept(base, moves);
    expect(await Promise.all([child, other].map((flag) => accept(flag, { ...moves, begins: ['base'] })))).toEqual([
      'written',
      'written',
    ]);
    expect(await stores.flags.needed('base')).toEqual({ keys: ['child.v2_b-c', 'other'], counter: 2, epoch: 0 });
    const next = envelope({ flagKey: 'child.v2_b-c', revision: 2 });
    await stores.changes.accept(next, currentIs(child), { ...moves, ends: ['base'] });
    expect(await stores.flags.needed('base')).toEqual({ keys: ['other'], counter: 3, epoch: 0 });
    expect((await stores.flags.facts('child.v2_b-c')).version).toBe(2);
  });

  it.each<[string, Partial<FactsChange>]>([
    ['facts that have moved', { versions: [['base', 0]] }],
    ['facts of a flag that moved back in time', { versions: [['base', 2]] }],
    [
      'one of several that have moved',
      {
        versions: [
          ['new', 0],
          ['base', 2],
        ],
      },
    ],
  ])('writes nothing on %s', async (_, stale) => {
    await accept(base, { ...moves, since: 1 });
    expect(await accept(child, { ...moves, begins: ['base'], alike: firstAlike, ...stale })).toBe('moved');
    expect(await stateOf('child.v2_b-c')).toEqual(nothing);
    expect(await stores.flags.needed('base')).toEqual({ keys: [], counter: 0, epoch: 1 });
  });

  it('writes when all facts are as they were read, also of a flag that has none', async () => {
    await accept(base, moves);
    expect(
      await accept(child, {
        ...moves,
        versions: [
          ['base', 1],
          ['new', 0],
        ],
      }),
    ).toBe('written');
  });

  it('takes a flag away only while as many need it as were read', async () => {
    await accept(base, moves);
    await accept(child, { ...moves, begins: ['base'] });
    const archived = envelope({ flagKey: 'base', revision: 2, kind: 'archived', flagState: 'archived' });
    const taking = (counter: number, completed: null | { epoch: number; keys: string[] } = null, epoch = 0) =>
      stores.changes.accept(archived, currentIs(base), { ...moves, needed: { counter, epoch, completed } });
    expect(await taking(0)).toBe('moved');
    expect(await taking(0, { epoch: 1, keys: [] })).toBe('moved');
    // As many, but read when the set was whole, which a former home's late write has undone.
    expect(await taking(1, null, 2)).toBe('moved');
    expect(await taking(1, { epoch: 2, keys: ['old'] })).toBe('written');
    expect(await stores.flags.needed('base')).toEqual({ keys: ['child.v2_b-c', 'old'], counter: 2, epoch: 2 });
  });

  it('lets one of two keys in that look alike', async () => {
    const [one, two] = [envelope({ flagKey: 'pay.now-later' }), envelope({ flagKey: 'pay-now.later' })];
    expect(await accept(one, { ...moves, alike: firstAlike })).toBe('written');
    expect(await accept(two, { ...moves, alike: firstAlike })).toBe('moved');
    expect(await stores.flags.alike('pay-now.later')).toEqual({ keys: ['pay.now-later'], count: 1, epoch: 0 });
    const completed = { epoch: 2, keys: ['payNow.later'] };
    expect(await accept(two, { ...moves, alike: { count: 1, epoch: 2, completed } })).toBe('moved');
    expect(await accept(two, { ...moves, alike: { count: 1, epoch: 0, completed } })).toBe('written');
    const keys = ['pay-now.later', 'pay.now-later', 'payNow.later'];
    expect(await stores.flags.alike('pay-now.later')).toEqual({ keys, count: 2, epoch: 2 });
  });

  it('a kill touches none of it', async () => {
    await accept(base, { ...moves, since: 1, alike: firstAlike });
    const before = await stateOf('base');
    const killed = envelope({ flagKey: 'base', revision: 2, kind: 'killed', flagState: 'killed' });
    expect(await stores.changes.accept(killed, currentIs(base))).toBe('written');
    expect(await stateOf('base')).toEqual(before);
  });

  it('a revert writes and checks the same', async () => {
    await accept(base, moves);
    const judged = await stores.changes.record('base', { epoch: 1, revision: 1 });
    if (judged === undefined) throw new Error('no record of base');
    const revert = envelope({ flagKey: 'base', revision: 2, kind: 'rolled-back', flagState: 'archived', causeId: 'x' });
    const decide = (counter: number) =>
      stores.changes.decide({
        action: 'revert',
        judged,
        now: 0,
        revert,
        facts: { ...moves, needed: { counter, epoch: 0, completed: null } },
        knownGood: null,
        blame: { region: 'us-east-1', services: [] },
        revertsPerMinute: 1,
      });
    await accept(child, { ...moves, begins: ['base'] });
    expect(await decide(0)).toBe('moved');
    expect((await stores.flags.facts('base')).version).toBe(1);
    expect(await decide(1)).toBe('written');
    expect((await stores.flags.facts('base')).version).toBe(2);
  });

  it('a held change names those that would lack what they need', async () => {
    await accept(base, moves);
    const judged = await stores.changes.record('base', { epoch: 1, revision: 1 });
    if (judged === undefined) throw new Error('no record of base');
    const needs = [{ needing: 'child', needed: 'base' }];
    const blame = { region: 'us-east-1', services: [] };
    await stores.changes.decide({ action: 'hold', judged, now: 0, reason: 'needed-by-others', blame, needs });
    expect(await stores.changes.record('base', judged.order)).toMatchObject({ state: 'held', needs });
  });
};
