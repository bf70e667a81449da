import { decodeBitmap } from '@flaghoist/core/bitmap';
import { changeKeyOf } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { orderOf } from '@flaghoist/core/order';
import { fingerprintOf, MAX_RIPE, type ScanResult } from '../lib/workflow.ts';
import { FLAG, Region, revisionOf, SERVICES, topologyWith } from './support/region.ts';

const change = revisionOf(2);
const other = revisionOf(2, { flagKey: 'other' });

const asked = {
  changeIds: [change.change.id],
  changes: [changeKeyOf(change)],
  look: 2,
};

const ripeIds = (result: ScanResult): string[] =>
  result.next !== 'done' ? result.ripe.map(({ key }) => key.changeId) : [];
const loggedOf = (result: ScanResult): string[] =>
  result.next !== 'done' ? result.ripe.flatMap(({ logged }) => [...decodeBitmap(logged, SERVICES)]) : [];

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
});

it('is done when nothing is open, and leaves the window to others', async () => {
  expect(await region.scan()).toEqual({ next: 'done' });
  expect(await region.verification.acquireLease('two', region.time.now(), 1_000)).toMatchObject({ acquired: true });
});

it('finds a change ripe once every expected line is there', async () => {
  await region.expect(change);
  await region.holdEverywhere(change);
  expect(await region.scan()).toEqual({
    next: 'compare',
    ripe: [{ key: changeKeyOf(change), logged: expect.any(String) }],
    topologyVersion: 1,
    scannedAt: region.time.now(),
    undecided: [],
    offers: null,
  });
});

it('polls until the last line is visible, no longer', async () => {
  region = await new Region({ ingestionMs: 3_000, queryMs: 700 }).ready();
  await region.expect(change);
  await region.holdEverywhere(change);
  const result = await region.scan();
  expect(loggedOf(result)).toEqual(SERVICES);
  expect(region.seconds()).toBeGreaterThanOrEqual(3);
  expect(region.seconds()).toBeLessThan(6);
});

it('waits for the deadline when a line is missing, and says which were seen', async () => {
  await region.expect(change);
  for (const service of ['accounts', 'statements']) await region.hold(service, change);
  const result = await region.scan();
  expect(region.seconds()).toBe(15);
  expect(loggedOf(result)).toEqual(['accounts', 'statements']);
});

it('takes a line of a later revision for the earlier one', async () => {
  await region.expect(change);
  await region.holdEverywhere(revisionOf(3));
  expect(ripeIds(await region.scan())).toEqual([change.change.id]);
  expect(region.seconds()).toBe(0);
});

it('does not take an older line', async () => {
  await region.expect(revisionOf(3));
  await region.holdEverywhere(change);
  const result = await region.scan();
  expect([region.seconds(), loggedOf(result)]).toEqual([15, []]);
});

it('expects the audience and the departed only', async () => {
  await region.expect(revisionOf(2, { audience: ['accounts'], departed: ['payments'] }));
  for (const service of ['accounts', 'payments']) await region.hold(service, change);
  await region.scan();
  expect(region.seconds()).toBe(0);
});

it('does not wait for a service that drains', async () => {
  await region.expect(change);
  for (const service of ['accounts', 'payments']) await region.hold(service, change);
  const { services, ...rest } = topologyWith(SERVICES, 2);
  region.topology.publish({
    ...rest,
    services: services.map((service) => (service.name === 'statements' ? { ...service, state: 'draining' } : service)),
  });
  expect(await region.scan()).toMatchObject({ next: 'compare', topologyVersion: 2 });
  expect(region.seconds()).toBe(0);
});

it('hands over what is ripe and leaves the rest open', async () => {
  await region.expect(change);
  await region.expect(other);
  await region.holdEverywhere(other);
  expect(ripeIds(await region.scan())).toEqual([other.change.id]);
});

it('hands over no more changes at once than a look may take', async () => {
  const changes = Array.from({ length: MAX_RIPE + 1 }, (_, index) =>
    revisionOf(2, { flagKey: `flag-${index}`, change: { ...change.change, id: `change-${1000 + index}` } }),
  );
  for (const each of changes) await region.expect(each, { refusal: 'FH-DOC-01' });
  expect(ripeIds(await region.scan())).toHaveLength(MAX_RIPE);
});

it('takes a change that the region refuses at once, without looking at the log', async () => {
  await region.expect(change, { refusal: 'FH-DOC-01' });
  await region.expect(other);
  region.query.start = () => Promise.reject(new Error('not asked'));
  expect(ripeIds(await region.scan())).toEqual([change.change.id]);
  expect(region.seconds()).toBe(0);
});

it('gives what it refuses first, and reads the log for the others', async () => {
  await region.expect(other);
  await region.holdEverywhere(other);
  await region.time.advance(15_000);
  await region.expect(change, { refusal: 'FH-DOC-01' });
  expect(ripeIds(await region.scan())).toEqual([change.change.id]);
  await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'inconsistent');
  expect(loggedOf(await region.scan())).toEqual(SERVICES);
});

it('leaves what was looked at too early for its deadline', async () => {
  await region.expect(change);
  await region.holdEverywhere(change);
  const result = await region.scan({ undecided: [fingerprintOf(changeKeyOf(change)), 'gone'] });
  expect(region.seconds()).toBe(15);
  expect(result).toMatchObject({ undecided: [fingerprintOf(changeKeyOf(change))] });
});

it('does not ask the log again for what was looked at too early: every line was there', async () => {
  await region.expect(change);
  await region.holdEverywhere(change);
  region.query.start = () => Promise.reject(new Error('not asked'));
  const result = await region.scan({ undecided: [fingerprintOf(changeKeyOf(change))] });
  expect(region.seconds()).toBe(15);
  expect([result.next, loggedOf(result)]).toEqual(['offer', SERVICES]);
});

it('counts every line of it when the log is asked for another change', async () => {
  await region.expect(change);
  await region.expect(other);
  const result = await region.scan({ undecided: [fingerprintOf(changeKeyOf(change))] });
  expect([ripeIds(result), loggedOf(result)]).toEqual([[change.change.id, other.change.id], SERVICES]);
});

it('waits for a topology that is not known here, until the deadline', async () => {
  await region.expect(change, { topologyVersion: 9 });
  await region.holdEverywhere(change);
  expect(ripeIds(await region.scan())).toEqual([change.change.id]);
  expect(region.seconds()).toBe(15);
});

describe('the log', () => {
  it('is read page by page', async () => {
    region = await new Region({ pageSize: 2 }).ready();
    await region.expect(change);
    await region.expect(other);
    await region.holdEverywhere(change);
    await region.holdEverywhere(other);
    expect(ripeIds(await region.scan()).sort()).toEqual([change.change.id, other.change.id].sort());
    expect(region.seconds()).toBe(0);
  });

  it('shows lines that the fast path wrote before the row', async () => {
    await region.holdEverywhere(change);
    await region.time.advance(40_000);
    await region.expect(change);
    const before = region.time.now();
    await region.scan();
    expect(region.time.now()).toBe(before);
  });

  it('is asked again, a little later, when the queries of a second are used up', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    const window = { from: 0, to: region.time.now(), flagKeys: [FLAG] };
    for (let query = 1; query <= 10; query += 1) await region.query.start(window);
    expect(ripeIds(await region.scan())).toEqual([change.change.id]);
    expect(region.seconds()).toBeGreaterThanOrEqual(1);
    expect(region.seconds()).toBeLessThan(4);
  });

  it('is asked again when a query failed', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    region.query.failQueries(2);
    expect(loggedOf(await region.scan())).toEqual(SERVICES);
  });

  it('holds nobody up when it cannot be read at all', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    region.query.failQueries(1_000);
    const result = await region.scan();
    expect([ripeIds(result), loggedOf(result)]).toEqual([[change.change.id], []]);
    expect(region.seconds()).toBeLessThanOrEqual(16);
  });

  it('keeps what an earlier look has read when the last one fails', async () => {
    await region.expect(change);
    for (const service of ['accounts', 'statements']) await region.hold(service, change);
    region.time.schedule(12_000, () => region.query.failQueries(1_000));
    expect(loggedOf(await region.scan())).toEqual(['accounts', 'statements']);
  });

  it('is read once more for a change whose deadline has passed: home asks again after 30 s', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'unknown');
    await region.time.advance(30_000);
    const result = await region.scan({ startedAt: region.time.now(), asked });
    expect(loggedOf(result)).toEqual(SERVICES);
  });
});

describe('the window’s lease', () => {
  it('lets one execution scan, and sends all others home', async () => {
    await region.expect(change);
    const first = region.startScan({ holder: 'one' });
    expect(await region.time.run(region.startScan({ holder: 'two' }))).toEqual({ next: 'done' });
    await region.holdEverywhere(change);
    expect(ripeIds(await region.time.run(first))).toEqual([change.change.id]);
  });

  it('is still the holder’s while it compares', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    await region.scan({ holder: 'one' });
    await region.time.advance(19_999);
    expect(await region.scan({ holder: 'two' })).toEqual({ next: 'done' });
  });

  it('is taken over 20 s after its holder died', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    await region.scan({ holder: 'dies here' });
    await region.time.advance(20_000);
    expect(ripeIds(await region.scan({ holder: 'two' }))).toEqual([change.change.id]);
  });

  it('is not released over a row that was added meanwhile', async () => {
    const { releaseLease } = region.verification;
    let added = false;
    region.verification.releaseLease = async (holder, rowsAdded) => {
      if (!added) {
        added = true;
        await region.expect(change);
        await region.holdEverywhere(change);
      }
      return releaseLease.call(region.verification, holder, rowsAdded);
    };
    expect(ripeIds(await region.scan())).toEqual([change.change.id]);
  });

  it('is given up when another took it during a long look', async () => {
    region = await new Region({ queryMs: 10_000 }).ready();
    await region.expect(change);
    await region.holdEverywhere(change);
    const scan = region.startScan({ holder: 'one' });
    await region.time.advance(5_000);
    await region.verification.acquireLease('two', region.time.now() + 20_000, 60_000);
    expect(await region.time.run(scan)).toEqual({ next: 'done' });
  });

  it('is handed to a new execution before this one’s five minutes are over', async () => {
    await region.expect(change);
    await region.time.advance(240_000);
    expect(await region.scan({ holder: 'one' })).toEqual({ next: 'done' });
    expect(region.eventsOf('VerifyRequested')).toEqual([{ region: 'eu-west-1', changeIds: [] }]);
    // Also for one whose clock is behind.
    const behind = region.time.now() - 1_000;
    expect(await region.verification.acquireLease('two', behind, 1_000)).toMatchObject({ acquired: true });
    expect(ripeIds(await region.scan({ holder: 'two', startedAt: region.time.now() }))).toEqual([change.change.id]);
  });

  it('is handed over even while rows are being added', async () => {
    region.verification.releaseLease = async () => false;
    await region.time.advance(240_000);
    await region.scan({ holder: 'one' });
    expect(await region.verification.acquireLease('two', region.time.now(), 1)).toMatchObject({ acquired: true });
  });
});

describe('asked by home', () => {
  it('answers unknown at once for a change that has no row here', async () => {
    expect(await region.scan({ asked })).toEqual({ next: 'done' });
    expect(region.verdicts()).toMatchObject([
      { changeId: change.change.id, order: orderOf(change), verdict: 'unknown', expected: 0, atFault: [] },
    ]);
  });

  it('answers also while another holds the window', async () => {
    await region.verification.acquireLease('two', region.time.now(), 60_000);
    await region.scan({ asked });
    expect(region.verdicts()).toHaveLength(1);
  });

  it('opens an unknown answer again', async () => {
    await region.expect(change);
    await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'unknown');
    expect(await region.scan()).toEqual({ next: 'done' });
    await region.holdEverywhere(change);
    expect(ripeIds(await region.scan({ asked }))).toEqual([change.change.id]);
  });

  it('looks as often as it was asked, so that the third look is judged as one', async () => {
    await region.expect(change);
    await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'unknown');
    await region.scan({ asked: { ...asked, look: 3 } });
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ answer: 'open', look: 3 });
  });

  it('looks again where its inconsistent verdict did not reach home', async () => {
    await region.expect(change);
    await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'inconsistent');
    expect(await region.scan()).toEqual({ next: 'done' });
    await region.holdEverywhere(change);
    expect(ripeIds(await region.scan({ asked }))).toEqual([change.change.id]);
  });

  it('says again what it has proven: its answer may have been lost', async () => {
    await region.expect(change);
    await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'consistent');
    await region.time.advance(30_000);
    expect(await region.scan({ asked })).toEqual({ next: 'done' });
    expect(region.verdicts()).toMatchObject([
      {
        changeId: change.change.id,
        verdict: 'consistent',
        expected: SERVICES.length,
        atFault: [],
        // Each expected cache was seen holding it, now at the latest.
        evidence: { logAndCache: SERVICES.length, cacheOnly: 0, logOnly: 0 },
        seenAt: region.time.now(),
      },
    ]);
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ answer: 'consistent' });
  });

  it('writes a row that is missing although the revision is here, and looks from then on', async () => {
    region.know(change);
    await region.time.advance(60_000);
    await region.holdEverywhere(change);
    expect(ripeIds(await region.scan({ asked }))).toEqual([change.change.id]);
    expect(region.verdicts()).toMatchObject([{ verdict: 'unknown' }]);
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({
      expectedAt: region.startedAt + 60_000,
      answer: 'open',
      topologyVersion: change.topologyVersion,
    });
  });

  it('says what it has proven also while the row of another change cannot be written, and is tried again for that', async () => {
    await region.expect(change);
    await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'consistent');
    const missing = revisionOf(9);
    region.flags.revision = () => Promise.reject(new UnavailableError('table flags', 'It comes back.'));
    const both = { changeIds: [], changes: [changeKeyOf(missing), changeKeyOf(change)] };
    await expect(region.scan({ asked: both })).rejects.toThrow('table flags');
    expect(region.verdicts()).toMatchObject([{ verdict: 'unknown' }, { verdict: 'consistent' }]);
  });

  it('writes no row for another change that stands at this order, nor for one that another region must prove', async () => {
    const foreign = revisionOf(1, { regions: ['us-east-1'] });
    region.know(foreign);
    await region.scan({ asked: { changeIds: [], changes: [changeKeyOf(foreign)] } });
    expect(await region.verification.row(changeKeyOf(foreign))).toBeUndefined();
    region.know(change);
    const other = { ...changeKeyOf(change), changeId: 'somebody-elses' };
    await region.scan({ asked: { changeIds: [], changes: [other] } });
    for (const key of [other, changeKeyOf(change)]) expect(await region.verification.row(key)).toBeUndefined();
  });
});

describe('a row that nobody can read', () => {
  it('is named, and does not keep the others from being verified', async () => {
    await region.expect(change);
    for (const pk of ['OPEN', 'ANSWERED']) {
      region.verification.writeForeign({ pk, sk: `${'0'.repeat(13)}#foreign`, row: 'not json' });
    }
    await region.holdEverywhere(change);
    expect(ripeIds(await region.scan())).toEqual([change.change.id]);
    expect(region.log.messages('error')).toContain('expectation row cannot be read, nobody verifies its change');
  });
});

it('reads the start of its execution as the workflow has it', async () => {
  await region.expect(change);
  await region.time.advance(240_000);
  const startedAt = new Date(region.startedAt).toISOString();
  expect(await region.scan({ startedAt })).toEqual({ next: 'done' });
  expect(region.eventsOf('VerifyRequested')).toHaveLength(1);
});

it('refuses an input that the workflow would not send', async () => {
  await expect(region.scan({ holder: '' })).rejects.toMatchObject({ code: 'FH_INVALID_INPUT' });
});
