import { heldOf } from '@flaghoist/core/held';
import { FLAG, Region, revisionOf } from './support/region.ts';

const young = (region: Region, revision: number) => {
  const now = region.time.now();
  return revisionOf(revision, { at: { proposed: now, accepted: now } });
};

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
});

const heldBy = (service: string) => region.cache.peek(service, FLAG).held;

it('a message that comes again after the replica has gone on is not applied, and its line says what is held', async () => {
  const first = young(region, 1);
  const judged = young(region, 2);
  await region.apply('payments', first);
  region.cache.breakService('payments', 'read-only');
  await region.apply('payments', judged);
  region.cache.heal('payments');
  region.accept(young(region, 3));
  await region.time.advance(30_000);
  expect((await region.receive('payments')).batchItemFailures).toEqual([]);
  expect(heldBy('payments')).toEqual(heldOf('payments', first));
  expect(region.lines.at(-1)).toMatchObject({ outcome: 'stale', heldOrder: { revision: 1 } });
});

it.each([
  [59_999, 2],
  [60_000, undefined],
])('one that comes for the first time %d ms after its acceptance leaves revision %p', async (ms, held) => {
  const judged = young(region, 2);
  region.accept(young(region, 3));
  await region.time.advance(ms);
  await region.apply('payments', judged);
  expect(heldBy('payments')?.order.revision).toBe(held);
});

it('CURRENT’s own message is applied however late it comes', async () => {
  const current = region.accept(young(region, 2));
  region.cache.breakService('payments', 'read-only');
  await region.apply('payments', current);
  region.cache.heal('payments');
  await region.time.advance(600_000);
  await region.receive('payments');
  expect(heldBy('payments')).toEqual(heldOf('payments', current));
});
