import { compareOrders, isNewer } from '@flaghoist/core/order';
import type { CacheFault } from '@flaghoist/in-memory/service-cache';
import fc from 'fast-check';
import { startWorld, type TestWorld } from './support/world.ts';

const flagKeys = ['instant-payments', 'card-limits'] as const;
type FlagKey = (typeof flagKeys)[number];

/** What happens, one after the other; `gapMs` before the next one. */
type Step = { readonly gapMs: number } & (
  | {
      readonly what: 'change';
      readonly flagKey: FlagKey;
      readonly kind: 'changed' | 'killed' | 'archived';
      readonly audience: readonly number[] | '*';
    }
  | { readonly what: 'break'; readonly region: number; readonly service: number; readonly fault: CacheFault }
  | { readonly what: 'lose' | 'corrupt'; readonly region: number; readonly service: number }
  | { readonly what: 'heal' }
  | { readonly what: 'cut' | 'restore'; readonly region: number }
);

const REGIONS = 2;
const SERVICES = 3;

const gapMs = fc.integer({ min: 0, max: 3_000 });
const region = fc.integer({ min: 0, max: REGIONS - 1 });
const service = fc.integer({ min: 0, max: SERVICES - 1 });

const change = fc.record({
  what: fc.constant('change' as const),
  gapMs,
  flagKey: fc.constantFrom(...flagKeys),
  kind: fc.constantFrom(
    'changed' as const,
    'changed' as const,
    'changed' as const,
    'killed' as const,
    'archived' as const,
  ),
  audience: fc.oneof(fc.constant('*' as const), fc.uniqueArray(service, { minLength: 1, maxLength: SERVICES - 1 })),
});

const longGapMs = fc.integer({ min: 0, max: 30_000 });
const fault: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    what: fc.constant('break' as const),
    gapMs: longGapMs,
    region,
    service,
    fault: fc.constantFrom<CacheFault>('unreachable', 'read-only', 'ignores-writes'),
  }),
  fc.record({ what: fc.constantFrom('lose' as const, 'corrupt' as const), gapMs: longGapMs, region, service }),
  fc.record({ what: fc.constant('heal' as const), gapMs: longGapMs }),
  fc.record({ what: fc.constantFrom('cut' as const, 'restore' as const), gapMs: longGapMs, region }),
);

/** Proposes what fits the flag at this moment; another change may still come between. */
const propose = async (t: TestWorld, { flagKey, kind, audience }: Extract<Step, { what: 'change' }>) => {
  const current = await t.current(flagKey);
  const exists = current !== null && current.flagState !== 'archived';
  const named = audience === '*' ? audience : audience.map((n) => t.service(n));
  if (exists && kind !== 'changed') return t.propose({ flagKey, kind });
  if (exists) return t.propose({ flagKey, audience: named });
  return t.propose({ flagKey, kind: 'created', audience: named });
};

const heal = (t: TestWorld): void => {
  for (const each of t.world.regions.values()) for (const name of t.services) each.caches.heal(name);
};

const take = async (t: TestWorld, step: Step): Promise<string | undefined> => {
  switch (step.what) {
    case 'change':
      return propose(t, step);
    case 'break':
      t.region(step.region).caches.breakService(t.service(step.service), step.fault);
      break;
    case 'lose':
      t.region(step.region).caches.lose(t.service(step.service));
      break;
    case 'corrupt':
      for (const flagKey of flagKeys) {
        const { caches } = t.region(step.region);
        if (caches.peek(t.service(step.service), flagKey).stored !== null) {
          caches.corrupt(t.service(step.service), flagKey);
        }
      }
      break;
    case 'heal':
      heal(t);
      break;
    case 'cut':
      t.world.network.cut(t.region(step.region).name);
      break;
    case 'restore':
      t.world.network.restore(t.region(step.region).name);
      break;
  }
  return undefined;
};

/** Each cache holds, for a flag, CURRENT or the tombstone with which it left; in every region the same CURRENT. */
const expectAllOnCurrent = async (t: TestWorld, flagKey: FlagKey): Promise<void> => {
  const current = await t.current(flagKey);
  if (current === null) return;
  for (const name of t.regions) {
    expect((await t.current(flagKey, name))?.envelopeDigest).toBe(current.envelopeDigest);
    for (const member of t.services) {
      const { held, stored } = t.cached(name, member, flagKey);
      const concerned = current.audience === '*' || current.audience.includes(member);
      const where = `${name}/${member}`;
      if (concerned) {
        expect([where, held?.digest]).toEqual([where, current.envelopeDigest]);
        expect([where, t.served(name, member, flagKey)]).toEqual([where, current.document]);
      } else {
        expect([where, stored]).toEqual([where, null]);
        if (held !== null) expect(compareOrders(held.order, current)).toBeLessThanOrEqual(0);
      }
    }
  }
};

/** What holds of every history once it has come to rest. */
const expectSound = async (t: TestWorld, changeIds: readonly string[]): Promise<void> => {
  for (const changeId of changeIds) expect([changeId, await t.standing(changeId)]).not.toEqual([changeId, undefined]);
  for (const flagKey of flagKeys) {
    const revisions = await t.revisions(flagKey);
    const trail = await t.trail(flagKey);
    let killed = false;
    for (const [index, revision] of revisions.entries()) {
      expect(revision.revision).toBe(index + 1);
      const record = await t.record(flagKey, revision);
      expect([revision.revision, record?.state]).not.toEqual([revision.revision, 'accepted']);
      const told = trail.filter((document) => document.changeId === revision.change.id).map(({ type }) => type);
      expect(told.filter((type) => type === 'ChangeAccepted')).toHaveLength(1);
      expect(told.filter((type) => /Verified|RolledBack|Held|Superseded|Unverified/.test(type)).length).toBeGreaterThan(
        0,
      );
      // No kill is undone by anything but an author who creates the flag anew.
      if (killed && revision.kind !== 'created') expect(revision.flagState).not.toBe('live');
      killed = revision.flagState !== 'live';
    }
    const knownGood = await t.knownGood(flagKey);
    if (knownGood !== null) expect((await t.record(flagKey, knownGood))?.state).not.toBe('rolled-back');
    const newest = revisions.at(-1);
    if (newest !== undefined && knownGood !== null) expect(isNewer(knownGood, newest)).toBe(false);
    await expectAllOnCurrent(t, flagKey);
  }
  expect((await t.run(t.world.home.sweep())).chainBreaks).toEqual([]);
};

const play = async (seed: number, steps: readonly Step[], restMs: number): Promise<TestWorld> => {
  const t = await startWorld({
    seed,
    regions: REGIONS,
    services: SERVICES,
    latency: 'modelled',
    disorder: { duplicates: 0.4, shuffledQueues: true },
  });
  const changeIds: string[] = [];
  for (const step of steps) {
    const changeId = await take(t, step);
    if (changeId !== undefined) changeIds.push(changeId);
    await t.advance(step.gapMs);
  }
  heal(t);
  for (const name of t.regions) t.world.network.restore(name);
  await t.advance(restMs);
  await expectSound(t, changeIds);
  return t;
};

const seed = fc.integer({ min: 1, max: 1_000_000 });

describe('duplicates, reordering and merged replication', () => {
  it('leave every change verified, and every cache on CURRENT', async () => {
    await fc.assert(
      fc.asyncProperty(seed, fc.array(change, { minLength: 1, maxLength: 8 }), async (chosen, changes) => {
        const t = await play(chosen, changes, 150_000);
        for (const flagKey of flagKeys) {
          for (const revision of await t.revisions(flagKey)) {
            expect((await t.record(flagKey, revision))?.state).toBe('verified');
          }
        }
      }),
      { numRuns: 20, seed: 20 },
    );
  });

  it('and faults that pass: every change is concluded, no kill is undone, every cache ends on CURRENT', async () => {
    await fc.assert(
      fc.asyncProperty(
        seed,
        fc.array(fc.oneof(change, fault), { minLength: 2, maxLength: 12 }),
        async (chosen, steps) => {
          await play(chosen, steps, 300_000);
        },
      ),
      { numRuns: 30, seed: 21 },
    );
  });
});
