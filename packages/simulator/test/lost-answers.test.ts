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

it('a proof that came twice still is one to go back to while a region is away', async () => {
  let away = false;
  const slow = (changes: ChangeStore): Partial<ChangeStore> => ({
    recordProof: async (key, proof) => {
      if (away) throw new UnavailableError('changes', 'Wait.');
      return changes.recordProof(key, proof);
    },
  });
  const portsOf = replacingPort({ name: 'rollback.judge', port: 'changes' }, slow);
  const t = await startWorld({ seed: 4, latency: 'modelled', regions: 2, portsOf });
  await t.verified();
  for (const service of t.services) t.region(1).caches.breakService(service, 'unreachable');
  away = true;
  const sound = await t.propose();
  // Home has heard of no proof by the second look, and asks: both answers arrive.
  await t.advance(35_000);
  away = false;
  await t.becomes(sound, 'unverified');

  t.region(0).caches.breakService(t.service(0), 'ignores-writes');
  const bad = await t.propose();
  expect(await t.settled(bad)).toBe('rolled-back');
  expect((await t.current())?.document).toEqual((await t.revision(defaultFlag, rev(2))).document);
});
