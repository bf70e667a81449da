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
      id: `ChangeVerified:change-0001:${FLAG}:1.1`,
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
  const silentRegions = ['eu-west-1'];
  const events = await told(home, { action: 'unverify', judged, now: 1, silentRegions });
  expect(events).toMatchObject([{ type: 'ChangeUnverified', at: 1, detail: { silentRegions } }]);
  const unverified = (await home.changes.record(FLAG, judged.order)) as ChangeRecord;
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

it('tells the decision of a record that was rebuilt, and that it was unverified before', async () => {
  const home = createHome();
  const judged = await accepted(home);
  await home.changes.decide({ action: 'unverify', judged, now: 5, silentRegions: ['eu-west-1'] });
  const unverified = (await home.changes.record(FLAG, judged.order)) as ChangeRecord;
  await home.changes.decide({ action: 'verify', judged: unverified, now: 9, knownGood: null });
  await home.settle();
  const original = home.bus.published.slice();
  const key = { pk: `FLAG#${FLAG}`, sk: 'CHANGE#000001#000000000001' };
  const item = home.tables.changes.get(key.pk, key.sk);
  home.tables.changes.delete(key);
  await home.settle();
  if (item !== undefined) home.tables.changes.put(item);

  const before = home.bus.published.length;
  await home.settle();
  const again = home.bus.published.slice(before);
  expect(again.map(({ type }) => type)).toEqual(['ChangeAccepted', 'ChangeUnverified', 'ChangeVerified']);
  // Word for word what was told the first time: the trail holds each of them once.
  for (const event of again) expect(original).toContainEqual(event);
});
