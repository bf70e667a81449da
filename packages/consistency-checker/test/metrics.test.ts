import { encodeBitmap } from '@flaghoist/core/bitmap';
import { changeKeyOf } from '@flaghoist/core/envelope';
import { FLAG, Region, revisionOf, SERVICES } from './support/region.ts';

const all = encodeBitmap(SERVICES, () => true);
const change = revisionOf(2);
const about = { flagKey: FLAG, changeId: change.change.id, verdict: 'consistent' };

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
  await region.expect(change);
});

it('scan and detection are measured once the region has answered', async () => {
  await region.holdEverywhere(change);
  await region.time.advance(2_000);
  const scannedAt = region.time.now() - 300;
  await region.compareNow([change], { logged: all, scannedAt });
  expect(region.metrics.measured).toEqual([{ took: { scan: 1_700, detection: 300 }, about }]);
});

it('what is answered again, or looked at again because home asked, is not measured again', async () => {
  await region.time.advance(15_000);
  const ask = () => region.compareNow([change]);
  await ask();
  await ask();
  await region.verification.reopen([changeKeyOf(change)], 2);
  await ask();
  expect(region.verdicts()).toMatchObject([{ verdict: 'inconsistent' }, { look: 2 }]);
  expect(region.metrics.measured).toMatchObject([{ about: { ...about, verdict: 'inconsistent' } }]);
});

it('a look that was too early is not measured: the change is looked at again', async () => {
  await region.compareNow([change]);
  expect(region.metrics.measured).toEqual([]);
});

it('the time at which a scan ended comes from the scan', async () => {
  await region.holdEverywhere(change);
  await region.time.advance(1_000);
  const { next, ...seen } = await region.scan();
  expect(next).toBe('compare');
  expect(seen).toMatchObject({ scannedAt: region.time.now() });
});

it('the caches that fail several changes are counted, with their names', async () => {
  const second = revisionOf(3, { flagKey: 'checkout.second' });
  await region.expect(second);
  region.cache.breakService('payments', 'ignores-writes');
  await region.time.advance(15_000);
  await region.compareNow([change, second]);
  const counted = region.metrics.measured.filter(({ took }) => 'degraded-caches' in took);
  expect(counted).toEqual([{ took: { 'degraded-caches': 3 }, about: { services: 'accounts,payments,statements' } }]);
});
