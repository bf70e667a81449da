import { killAgainIdOf } from '@flaghoist/core/revision';
import { moveReport } from '@flaghoist/operations/move-report';
import { promote } from '@flaghoist/operations/promote';
import { cutOff, moveHome, startWithStandby } from './support/home-move.ts';
import { defaultFlag } from './support/world.ts';

const operator = { principal: 'local:operator' };

it('a kill that only the former home had accepted is carried out again, and all regions are equal', async () => {
  const t = await startWithStandby(81);
  const [old, young] = [t.region(0), t.region(1)];
  await t.verified();
  await cutOff(t);
  const kill = await t.propose({ kind: 'killed' });
  await t.until('the former home has accepted it', async () => (await t.outcome(kill))?.outcome === 'accepted');
  const report = await moveHome(t, young);
  expect(report).toMatchObject({ region: young.name, epoch: 2, actor: 'local:operator', found: [], pending: 0 });
  const update = await t.propose({ kind: 'updated' });
  await t.until('the new home has accepted it', async () => (await t.outcome(update))?.outcome === 'accepted');
  expect(await t.current()).toMatchObject({ epoch: 2, revision: 2, flagState: 'live' });

  t.world.network.restore(old.name);
  await t.advance(180_000);
  expect(await t.current()).toMatchObject({
    epoch: 2,
    revision: 3,
    kind: 'killed',
    flagState: 'killed',
    change: { id: killAgainIdOf(kill, 2), causeId: kill },
  });
  for (const region of t.regions) expect(await t.current(defaultFlag, region)).toEqual(await t.current());
  await t.everyCacheHolds(defaultFlag, { epoch: 2, revision: 3 });
  expect(await t.knownGood()).toEqual({ epoch: 2, revision: 3 });
  expect(await t.run(moveReport(t.world.promotion(young.name)))).toMatchObject({
    found: [
      {
        flagKey: defaultFlag,
        changeId: kill,
        order: { epoch: 1, revision: 2 },
        kind: 'killed',
        state: 'superseded',
        killedAgainAs: { epoch: 2, revision: 3 },
      },
    ],
  });
  const moved = await t.world.audit.search({ type: 'HomeMoved' });
  expect(moved.map(({ detail }) => detail)).toEqual([
    { region: old.name, epoch: 1, from: 'absent', actor: 'local:deployment' },
    { region: young.name, epoch: 2, from: old.name, actor: 'local:operator' },
  ]);
});

it('what the former home accepted of a flag that nobody has changed since takes effect, and is verified', async () => {
  const t = await startWithStandby(82);
  const [old, young] = [t.region(0), t.region(1)];
  await t.verified();
  await cutOff(t);
  const late = await t.propose();
  await t.until('the former home has accepted it', async () => (await t.outcome(late))?.outcome === 'accepted');
  await moveHome(t, young);
  expect(await t.outcome(late)).toBeUndefined();
  t.world.network.restore(old.name);
  await t.advance(240_000);
  expect(await t.outcome(late)).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 2 } });
  expect(await t.standing(late)).toBe('verified');
  await t.everyCacheHolds(defaultFlag, { epoch: 1, revision: 2 });
  expect(await t.knownGood()).toEqual({ epoch: 1, revision: 2 });
});

it('what was taken back stays so, is known by its outcome, and is not judged again', async () => {
  const t = await startWithStandby(83);
  const young = t.region(1);
  const good = await t.verified();
  t.region(2).caches.breakService(t.service(0), 'ignores-writes');
  const bad = await t.propose();
  expect(await t.settled(bad)).toBe('rolled-back');
  t.region(2).caches.heal(t.service(0));
  await t.advance(60_000);
  const reverted = await t.recordOf(bad);
  await moveHome(t, young);
  expect(await t.standing(good.changeId)).toBe('verified');
  expect(await t.outcome(bad)).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 2 } });
  expect(await t.recordOf(bad)).toMatchObject({ state: 'rolled-back', revertOrder: reverted.revertOrder });
  const next = await t.verified();
  expect(next.order).toEqual({ epoch: 2, revision: 4 });
});

it('what was rebuilt as it ended asks no region for anything: its workflow ends at its first step', async () => {
  const t = await startWithStandby(86);
  const young = t.region(1);
  await t.verified();
  t.region(2).caches.breakService(t.service(0), 'unreachable');
  const silent = await t.propose();
  await t.becomes(silent, 'unverified');
  await t.advance(60_000);
  const steps: unknown[] = [];
  await moveHome(t, young);
  const { bus } = young;
  const publish = bus.publish.bind(bus);
  bus.publish = async (events) => {
    steps.push(...events.filter(({ type }) => type === 'VerifyRequested'));
    await publish(events);
  };
  await t.advance(120_000);
  expect(await t.standing(silent)).toBe('unverified');
  expect((await t.world.audit.search({ changeId: silent })).map(({ type }) => type)).toContain('ChangeAccepted');
  expect(steps).toEqual([]);
});

it('home moves on and back, each time in a new epoch, and the former home follows', async () => {
  const t = await startWithStandby(84);
  const [old, young] = [t.region(0), t.region(1)];
  await t.verified();
  await moveHome(t, young);
  expect((await t.verified()).order).toEqual({ epoch: 2, revision: 2 });
  await t.advance(5_000);
  await moveHome(t, old);
  expect((await t.verified()).order).toEqual({ epoch: 3, revision: 3 });
  expect(await young.home.home()).toMatchObject({ region: old.name, epoch: 3 });
  await t.everyCacheHolds(defaultFlag, { epoch: 3, revision: 3 });
  expect(await t.world.homes.get(young.name)?.changes.record(defaultFlag, { epoch: 3, revision: 3 })).toBeUndefined();
});

it('a Redis that has taken a change back takes none back in the home that comes after', async () => {
  const t = await startWithStandby(87);
  await t.verified();
  const { caches } = t.region(2);
  for (const service of t.services) caches.breakService(service, 'read-only');
  expect(await t.settled(await t.propose())).toBe('rolled-back');
  await t.advance(120_000);
  await moveHome(t, t.region(1));
  const later = await t.propose();
  expect(await t.settled(later)).toBe('unverified');
  for (const service of t.services) caches.heal(service);
  await t.advance(300_000);
  expect(await t.standing(later)).toBe('verified');
});

it('only home and standby can be made home, and only by somebody who may', async () => {
  const t = await startWithStandby(85);
  await expect(t.run(promote(operator, t.world.promotion(t.region(2).name)))).rejects.toThrow(
    'only there is what only home has',
  );
  const stranger = { principal: 'AROAEXAMPLEROLE00001:eve@bank.example' };
  await expect(t.run(promote(stranger, t.world.promotion(t.region(1).name)))).rejects.toMatchObject({
    code: 'FH_NOT_ALLOWED',
  });
  expect(await t.region(1).home.home()).toMatchObject({ epoch: 1 });
});
