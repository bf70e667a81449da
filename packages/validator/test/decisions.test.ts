import type { ChangeRecord } from '@flaghoist/core/change';
import type { DecisionWrite } from '@flaghoist/core/ports/change-store';
import { createHome, FLAG, type Home } from './support/home.ts';

const blame = { region: 'eu-west-1', services: ['cards'] };

const accepted = async (home: Home): Promise<ChangeRecord> => {
  await home.decide('created');
  const record = await home.changes.record(FLAG, { epoch: 1, revision: 1 });
  if (record === undefined) throw new Error('nothing was accepted');
  return record;
};

const told = async (home: Home, decision: DecisionWrite) => {
  expect(await home.changes.decide(decision)).toBe('written');
  const before = home.bus.published.length;
  await home.settle();
  return home.bus.published.slice(before);
};

it('tells that a change is verified, and whether it is known good', async () => {
  const home = createHome();
  const judged = await accepted(home);
  const now = home.clock.now() + 5;
  expect(await told(home, { action: 'verify', judged, now, knownGood: { from: null } })).toEqual([
    expect.objectContaining({
      type: 'ChangeVerified',
      id: 'ChangeVerified:change-0001',
      at: now,
      detail: { flagKey: FLAG, changeId: 'change-0001', order: { epoch: 1, revision: 1 }, knownGood: true },
    }),
  ]);
});

it('tells that a change is held, and who is to blame', async () => {
  const home = createHome();
  const judged = await accepted(home);
  const events = await told(home, { action: 'hold', judged, now: 1, reason: 'degraded-cache', blame });
  expect(events).toMatchObject([{ type: 'ChangeHeld', detail: { reason: 'degraded-cache', blame } }]);
});

it('tells that a change is superseded', async () => {
  const home = createHome();
  const judged = await accepted(home);
  const current = { epoch: 1, revision: 1 };
  const events = await told(home, { action: 'supersede', judged, now: 1, blame, current });
  expect(events).toMatchObject([{ type: 'ChangeSuperseded', detail: { blame } }]);
});

it('tells which regions were silent when a change ends unverified, and again when it heals', async () => {
  const home = createHome();
  const judged = await accepted(home);
  await home.changes.recordProof(judged.changeId, {
    region: 'us-east-1',
    verdict: 'consistent',
    services: [],
    degraded: [],
  });
  await home.changes.recordProof(judged.changeId, {
    region: 'eu-west-1',
    verdict: 'unknown',
    services: [],
    degraded: [],
  });
  const events = await told(home, { action: 'unverify', judged, now: 1 });
  expect(events).toMatchObject([{ type: 'ChangeUnverified', detail: { silentRegions: ['eu-west-1'] } }]);
  const unverified = { ...judged, state: 'unverified' as const };
  expect(await told(home, { action: 'verify', judged: unverified, now: 2, knownGood: null })).toMatchObject([
    { type: 'ChangeVerified', detail: { knownGood: false } },
  ]);
});

it('says nothing of a record that was written again in the same state', async () => {
  const home = createHome();
  const judged = await accepted(home);
  await told(home, { action: 'hold', judged, now: 1, reason: 'kind', blame });
  const held = await home.changes.record(FLAG, judged.order);
  home.tables.changes.put({
    pk: `FLAG#${FLAG}`,
    sk: 'CHANGE#000001#000000000001',
    changeId: judged.changeId,
    state: 'held',
    record: JSON.stringify({ ...held, decidedAt: 7 }),
  });
  const before = home.bus.published.length;
  await home.settle();
  expect(home.bus.published).toHaveLength(before);
});
