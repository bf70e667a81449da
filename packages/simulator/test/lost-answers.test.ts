import { UnavailableError } from '@flaghoist/core/errors';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import { named } from '../lib/queues.ts';
import { rev } from './support/flags.ts';
import { impatientPlan } from './support/plan.ts';
import { replacingPort } from './support/seats.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

const MINUTE_MS = 60_000;

const expectWhole = async (t: TestWorld, changeId: string): Promise<void> => {
  expect(await t.standing(changeId)).toBe('verified');
  expect(await t.knownGood()).toEqual(rev(2));
  await t.everyCacheHolds(defaultFlag, rev(2));
  expect(await t.revisions()).toHaveLength(2);
  const told = (await t.story(changeId)).filter((type) => type !== 'ChangeUnverified');
  expect(told.sort()).toEqual(['ChangeAccepted', 'ChangeProposed', 'ChangeVerified']);
};

it('a region that was never handed a revision writes its row when home asks, and the change is verified', async () => {
  const t = await startWorld({ seed: 171, latency: 'modelled', wiring: impatientPlan() });
  await t.verified();
  const { distribute } = t.region(1);
  distribute.pause();
  const changeId = await t.propose();
  // By then the record is older than the stream's patience; the caches have the change by the fast path.
  await t.advance(2 * MINUTE_MS);
  distribute.resume();
  await t.advance(10 * MINUTE_MS);
  expect(distribute.abandoned.length).toBeGreaterThan(0);
  await expectWhole(t, changeId);
});

it('… and without being asked, by its reconciler', async () => {
  const portsOf = replacingPort<VerificationStore>({ name: 'consistency-checker.scan', port: 'verification' }, () => ({
    reopen: () => Promise.reject(new UnavailableError('verification', 'Wait.')),
  }));
  const t = await startWorld({ seed: 171, latency: 'modelled', wiring: impatientPlan(), portsOf });
  await t.verified();
  const { distribute } = t.region(1);
  distribute.pause();
  const changeId = await t.propose();
  await t.advance(2 * MINUTE_MS);
  distribute.resume();
  await t.advance(10 * MINUTE_MS);
  expect((await t.recordOf(changeId)).unverified?.silentRegions).toEqual([t.region(1).name]);
  await expectWhole(t, changeId);
});

it('a proof that was lost on its way is sent again, though its region has noted that it was sent', async () => {
  const plan = impatientPlan();
  Object.assign(named(new Map(Object.entries(plan.queues)), 'region-verdicts'), { receives: 1 });
  let away = false;
  const forgetful = (changes: ChangeStore): Partial<ChangeStore> => ({
    recordProof: async (key, proof) => {
      if (away) throw new UnavailableError('changes', 'Wait.');
      return changes.recordProof(key, proof);
    },
  });
  const portsOf = replacingPort({ name: 'rollback.judge', port: 'changes' }, forgetful);
  const t = await startWorld({ seed: 172, latency: 'modelled', wiring: plan, portsOf });
  await t.verified();
  away = true;
  const changeId = await t.propose();
  await t.becomes(changeId, 'unverified');
  await t.advance(9 * MINUTE_MS);
  away = false;
  expect(named(t.world.home.queues, 'region-verdicts-dead').waiting).toBeGreaterThan(0);
  await t.advance(2 * 60 * MINUTE_MS);
  await expectWhole(t, changeId);
});
