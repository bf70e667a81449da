import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { rev } from './support/flags.ts';
import { replacingPort } from './support/seats.ts';
import { defaultFlag, startWorld } from './support/world.ts';

const MINUTE = 60_000;

it('a scheduled change is in no cache before its time, and in all two minutes after it', async () => {
  const t = await startWorld({ seed: 71, regions: 2, services: 3, latency: 'modelled' });
  await t.verified();
  const notBefore = t.scheduler.now() + 20 * MINUTE;
  const changeId = await t.propose({ notBefore });
  await t.advance(20 * MINUTE - 1);
  expect(await t.outcome(changeId)).toBeUndefined();
  await t.everyCacheHolds(defaultFlag, rev(1));
  await t.advance(2 * MINUTE);
  await t.everyCacheHolds(defaultFlag, rev(2));
  expect(await t.standing(changeId)).toBe('verified');
  expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ChangeAccepted', 'ChangeVerified']);
});

it('a scheduled change that its author takes back is never made, and the trail says so', async () => {
  const t = await startWorld({ seed: 72, regions: 2, services: 2 });
  await t.verified();
  const changeId = await t.propose({ notBefore: t.scheduler.now() + 20 * MINUTE });
  await t.advance(5 * MINUTE);
  expect(await t.world.home.authorWith(t.author).withdraw(changeId)).toBe('asked');
  await t.advance(MINUTE);
  expect(await t.outcome(changeId)).toMatchObject({ outcome: 'withdrawn' });
  await t.advance(30 * MINUTE);
  await t.everyCacheHolds(defaultFlag, rev(1));
  expect(await t.story(changeId)).toEqual(['ChangeProposed', 'ProposalWithdrawn']);
});

it('a proposal that was taken back ends although home does not hear of it', async () => {
  let isAway = false;
  const portsOf = replacingPort<ChangeStore>({ name: 'validator.accept', port: 'changes' }, (real) => ({
    refuse: async (outcome) => {
      if (isAway) throw new Error('changes is away');
      return real.refuse(outcome);
    },
  }));
  const t = await startWorld({ seed: 73, regions: 2, services: 2, portsOf });
  await t.verified();
  const changeId = await t.propose({ notBefore: t.scheduler.now() + 60 * MINUTE });
  await t.advance(MINUTE);
  isAway = true;
  await t.world.home.authorWith(t.author).withdraw(changeId);
  await t.advance(5 * MINUTE);
  expect(await t.outcome(changeId)).toMatchObject({ outcome: 'withdrawn' });
});

it.each([1, 2, 3])(
  'whatever is scheduled, and whatever is away: nothing early, nothing lost, kills at once; %d',
  async (seed) => {
    const random = new SeededRandom(seed);
    const upTo = (most: number): number => Math.floor(random.next() * most);
    let isAway = false;
    const portsOf = replacingPort<ChangeStore>({ name: 'validator.resume', port: 'changes' }, (real) => ({
      accept: async (...given) => {
        if (isAway) throw new Error('changes is away');
        return real.accept(...given);
      },
    }));
    const t = await startWorld({ seed, regions: 2, services: 2, portsOf });
    const flags = Array.from({ length: 6 }, (_, place) => `flag-number-${'abcdef'[place]}`);
    for (const flagKey of flags) await t.verified({ flagKey });
    const startedAt = t.scheduler.now();
    const scheduled: { readonly changeId: string; readonly notBefore: number; readonly flagKey: string }[] = [];
    for (const flagKey of flags) {
      const notBefore = startedAt + MINUTE + upTo(25 * MINUTE);
      scheduled.push({ changeId: await t.propose({ flagKey, notBefore }), notBefore, flagKey });
    }
    const killed = flags[upTo(flags.length)] ?? '';
    for (let minute = 0; minute < 50; minute += 1) {
      if (minute === 12) {
        const kill = await t.propose({ flagKey: killed, kind: 'killed', notBefore: startedAt + 1_000 * MINUTE });
        await t.advance(2_000);
        expect(await t.outcome(kill)).toMatchObject({ outcome: 'accepted' });
      }
      isAway = minute > 5 && minute < 45 && upTo(3) > 0;
      await t.advance(MINUTE);
    }
    const ends: string[] = [];
    for (const { changeId, notBefore, flagKey } of scheduled) {
      const outcome = await t.outcome(changeId);
      ends.push(outcome?.outcome ?? 'none');
      if (outcome?.outcome === 'accepted') {
        const { at } = await t.revision(flagKey, outcome.order);
        expect(at.accepted).toBeGreaterThanOrEqual(notBefore);
        expect(at.accepted).toBeLessThanOrEqual(notBefore + 15 * MINUTE);
      }
      if (outcome?.outcome === 'expired') expect(outcome).toMatchObject({ writtenAt: notBefore });
      if (outcome?.outcome === 'conflict') expect(flagKey).toBe(killed);
    }
    expect(ends).not.toContain('none');
    expect(ends).toContain('accepted');
    expect((await t.current(killed))?.flagState).toBe('killed');
  },
);
