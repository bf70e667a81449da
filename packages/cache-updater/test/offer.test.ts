import { heldOf } from '@flaghoist/core/held';
import { orderOf } from '@flaghoist/core/order';
import type { OfferAnswer } from '@flaghoist/core/verdict';
import { FLAG, Region, revisionOf, SERVICES } from './support/region.ts';

const DEADLINE_MS = 15_000;
const change = revisionOf(2);

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
  region.accept(revisionOf(1));
  for (const service of SERVICES) await region.apply(service, revisionOf(1));
  region.accept(change);
  await region.expect(change);
  await region.apply('accounts', change);
  await region.time.advance(DEADLINE_MS);
});

const heldBy = (service: string) => region.cache.peek(service, FLAG).held;

it('is made to exactly the caches that are behind, and written with their lines', async () => {
  const before = region.lines.length;
  expect(await region.offer(change)).toEqual(
    new Map([
      ['payments', 'taken'],
      ['statements', 'taken'],
    ]),
  );
  for (const service of SERVICES) expect(heldBy(service)).toEqual(heldOf(service, change));
  expect(region.lines.slice(before).map(({ service, outcome }) => [service, outcome])).toEqual([
    ['payments', 'applied'],
    ['statements', 'applied'],
  ]);
});

it('is not made before the 15 s are over, nor for what is answered', async () => {
  const young = region.accept(revisionOf(3));
  await region.expect(young);
  await region.time.advance(DEADLINE_MS - 1);
  expect(await region.offer(young)).toEqual(new Map());
  await region.time.advance(1);
  await region.verification.answer({ ...keyOf(young), look: 1 }, 'unknown');
  expect(await region.offer(young)).toEqual(new Map());
  expect(heldBy('payments')?.order.revision).toBe(1);
});

it('is of the newest accepted revision, whatever was asked for', async () => {
  const newer = region.accept(revisionOf(3));
  await region.offer(change);
  expect(heldBy('payments')).toEqual(heldOf('payments', newer));
});

it('is never of a sealed REVISION above CURRENT, which nobody may have accepted', async () => {
  const foreign = revisionOf(3);
  region.writeRevision(foreign);
  await region.offer(change);
  expect(heldBy('payments')).toEqual(heldOf('payments', change));
  await region.expect(foreign);
  await region.time.advance(DEADLINE_MS);
  expect(await region.offer(foreign)).toEqual(new Map());
  expect(heldBy('payments')).toEqual(heldOf('payments', change));
});

it('is still of the genuine change where a sealed REVISION above CURRENT has its row', async () => {
  const foreign = revisionOf(3);
  region.writeRevision(foreign);
  await region.expect(foreign);
  await region.time.advance(DEADLINE_MS);
  expect([...(await region.offer(change, foreign)).keys()]).toEqual(['payments', 'statements']);
  for (const service of SERVICES) expect(heldBy(service)).toEqual(heldOf(service, change));
});

it('is of the change itself when the region refuses the newest', async () => {
  const refused = region.accept(revisionOf(3));
  await region.expect(refused, { refusal: 'FH-DOC-01' });
  await region.offer(change);
  expect(heldBy('payments')).toEqual(heldOf('payments', change));
});

it('has no right to repair: another content under the same order stays, and is answered as taken', async () => {
  const other = revisionOf(2, { owner: 'somebody-else' });
  region.cache.restore('payments', { ...region.cache.snapshot('payments'), held: new Map(), fields: new Map() });
  await region.apply('payments', other);
  expect((await region.offer(change)).get('payments')).toBeUndefined();
  expect(heldBy('payments')?.digest).toBe(other.envelopeDigest);
});

it('is refused by a server with its code, and the others are offered all the same', async () => {
  region.cache.breakService('payments', 'read-only');
  expect(await region.offer(change)).toEqual(
    new Map<string, OfferAnswer>([
      ['payments', { refused: 'READONLY' }],
      ['statements', 'taken'],
    ]),
  );
});

it('is made to a cache that refuses to be read, and not to one that is out of reach', async () => {
  region.cache.breakService('payments', 'loading');
  region.cache.breakService('statements', 'unreachable');
  expect(await region.offer(change)).toEqual(new Map([['payments', { refused: 'LOADING' }]]));
});

it('to a cache without a manifest is stored, and asks for a load', async () => {
  region.cache.lose('payments');
  expect((await region.offer(change)).get('payments')).toBe('incomplete');
  expect(region.loads.requested).toEqual(['payments']);
});

it('that nobody answers is silent after four seconds', async () => {
  const { apply } = region.cache;
  region.cache.apply = (service, write) =>
    service === 'payments' ? new Promise(() => undefined) : apply.call(region.cache, service, write);
  const before = region.time.now();
  expect(await region.offer(change)).toEqual(
    new Map([
      ['payments', 'silent'],
      ['statements', 'taken'],
    ]),
  );
  expect(region.time.now() - before).toBe(4_000);
});

it('is begun for no cache more when the four seconds are over', async () => {
  const changes = Array.from({ length: 20 }, (_, index) => revisionOf(2, { flagKey: `flag-${index}` }));
  for (const each of changes) await region.expect(region.accept(each));
  await region.time.advance(DEADLINE_MS);
  let begun = 0;
  region.cache.apply = () => {
    begun += 1;
    return new Promise(() => undefined);
  };
  await region.offer(...changes);
  expect(begun).toBeGreaterThan(0);
  expect(begun).toBeLessThan(changes.length * SERVICES.length);
});

it('is nothing when the caches cannot be looked at in time', async () => {
  region.cache.inspect = () => new Promise(() => undefined);
  expect(await region.offer(change)).toEqual(new Map());
});

const keyOf = (envelope: typeof change) => ({
  changeId: envelope.change.id,
  flagKey: envelope.flagKey,
  order: orderOf(envelope),
});
