import { FLAG_PREFIX } from '@flaghoist/core/storage/keys';
import { rev } from './support/flags.ts';
import { defaultFlag, defaultUser, startWorld } from './support/world.ts';

/** Breaks several rules at once: no such variant as default, and an owner who is nobody. */
const broken = {
  document: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'maybe' },
  owner: '',
};

describe('a proposal that breaks rules', () => {
  it('never becomes a revision, and nothing of it reaches a region or a cache', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 21 });
    let lines = 0;
    t.world.watch({ acknowledged: () => (lines += 1) });
    const changeId = await t.propose(broken);
    expect(await t.settled(changeId)).toBe('rejected');
    await t.advance(120_000);

    expect(await t.revisions()).toEqual([]);
    expect(await t.current()).toBeNull();
    for (const region of t.world.regions.values()) {
      expect(region.flags.partitionKeys(10).pks.filter((pk) => pk.startsWith(FLAG_PREFIX))).toEqual([]);
      for (const service of t.services) {
        expect(region.caches.peek(service, defaultFlag)).toEqual({ held: null, stored: null });
      }
    }
    expect(lines).toBe(0);
  });

  it('is found in the audit trail by its author and the rules it broke, all of them', async () => {
    const t = await startWorld({ seed: 22 });
    const changeId = await t.propose({ ...broken, change: { actor: 'somebody.else@example.com' } });
    expect(await t.settled(changeId)).toBe('rejected');

    expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeRejected']);
    const [document] = await t.world.audit.search({ changeId, type: 'ChangeRejected' });
    const outcome = await t.outcome(changeId);
    if (outcome?.outcome !== 'rejected') throw new Error('not rejected');
    const errors = outcome.violations.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(1);
    expect(new Set(errors.map(({ pointer }) => pointer))).toContain('/document/defaultVariant');
    expect(new Set(errors.map(({ pointer }) => pointer))).toContain('/owner');
    expect(document?.detail).toMatchObject({
      actor: defaultUser,
      reason: 'rules',
      violations: outcome.violations,
    });
    for (const { ruleId } of errors) expect(ruleId).toMatch(/^FH-[A-Z]+-\d{2}$/);
  });

  it('leaves what is current where it is, and its author may try again', async () => {
    const t = await startWorld({ latency: 'modelled', seed: 23 });
    await t.verified();
    expect(await t.settled(await t.propose({ document: broken.document }))).toBe('rejected');
    await t.everyCacheHolds(defaultFlag, rev(1));
    expect(await t.knownGood()).toEqual(rev(1));

    expect((await t.verified()).order).toEqual(rev(2));
    await t.everyCacheHolds(defaultFlag, rev(2));
    const types = (await t.trail()).map(({ type }) => type);
    expect(types.filter((type) => type === 'ChangeRejected')).toHaveLength(1);
    expect(types.filter((type) => type === 'ChangeAccepted')).toHaveLength(2);
  });
});
