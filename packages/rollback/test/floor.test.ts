import { CONCLUDED_MS } from '@flaghoist/core/decision';
import { changeKeyOf } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import { changePk, changeSk, flagPk, proofSk } from '@flaghoist/core/storage/keys';
import { createHome, FLAG, START, verdict } from './support/home.ts';

const AWAY = 'ap-south-1';

/** Known good, then an update that one region says nothing of. */
const withFloor = async () => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const floor = await home.accept('updated', { on: false });
  await home.deliver(
    ...['us-east-1', 'eu-west-1'].map((region) => verdict(floor, region, 'consistent')),
    verdict(floor, AWAY, 'unknown', { services: ['payments', 'accounts', 'statements'] }),
  );
  await home.clock.advance(60_000);
  await home.step('conclude', floor);
  expect(await home.state(floor)).toBe('unverified');
  return { home, floor };
};

const fail = (home: ReturnType<typeof createHome>, envelope: Parameters<typeof verdict>[0]) =>
  home.deliver(verdict(envelope, 'eu-west-1', 'inconsistent', { seenAt: home.clock.now() }));

describe('while a region is away', () => {
  it('a bad change is taken back all the same, to the newest that everybody else holds', async () => {
    const { home, floor } = await withFloor();
    const bad = await home.accept('updated');
    await fail(home, bad);
    expect(await home.state(bad)).toBe('rolled-back');
    expect(await home.current()).toMatchObject({ documentDigest: floor.documentDigest, kind: 'rolled-back' });
    expect(await home.knownGood()).toBe(1);
  });

  it('a change that a sound cache failed afterwards is none to go back to', async () => {
    const { home, floor } = await withFloor();
    const bad = await home.accept('updated');
    await home.deliver(verdict(floor, AWAY, 'inconsistent', { seenAt: home.clock.now() }));
    await fail(home, bad);
    expect(await home.record(bad)).toMatchObject({ state: 'held', holdReason: 'another-change-between' });
  });

  it('nor is one that was held because a sound cache failed it', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    await home.accept('updated', { on: false });
    const failed = await home.accept('updated');
    await fail(home, failed);
    expect(await home.record(failed)).toMatchObject({ state: 'held', failed: true, seenAt: START });
    const bad = await home.accept('updated', { on: false });
    await fail(home, bad);
    expect(await home.record(bad)).toMatchObject({ state: 'held', holdReason: 'another-change-between' });
  });

  it('nor one that no cache was seen holding before the bad one came', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const unseen = await home.accept('updated', { on: false });
    await home.clock.advance(60_000);
    await home.step('conclude', unseen);
    const bad = await home.accept('updated');
    await home.deliver(verdict(unseen, 'eu-west-1', 'consistent', { seenAt: home.clock.now() }));
    await fail(home, bad);
    expect(await home.record(bad)).toMatchObject({ state: 'held', holdReason: 'another-change-between' });
  });
});

describe('a bad change while the conclusion of the one before is late', () => {
  /** An update of which one region says nothing, and whose workflow died; then a bad one that is seen before it is started again. */
  const withLate = async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const late = await home.accept('updated', { on: false });
    await home.deliver(...['us-east-1', 'eu-west-1'].map((region) => verdict(late, region, 'consistent')));
    await home.clock.advance(CONCLUDED_MS);
    const bad = await home.accept('updated');
    await home.clock.advance(15_000);
    return { home, late, bad };
  };

  it('waits for it, and is then taken back instead of held for good', async () => {
    const { home, late, bad } = await withLate();
    expect(await fail(home, bad)).toHaveLength(1);
    expect(await home.step('conclude', bad, { last: false })).toMatchObject({ state: 'accepted', settled: false });
    await home.step('conclude', late);
    expect(await fail(home, bad)).toEqual([]);
    expect(await home.state(bad)).toBe('rolled-back');
    expect(await home.current()).toMatchObject({ documentDigest: late.documentDigest, kind: 'rolled-back' });
  });

  it('is held by its own last conclusion, which waits for nothing', async () => {
    const { home, bad } = await withLate();
    await home.clock.advance(75_000);
    expect(await fail(home, bad)).toHaveLength(1);
    await home.step('conclude', bad);
    expect(await home.record(bad)).toMatchObject({ state: 'held', holdReason: 'another-change-between' });
  });

  it('is held when its own conclusion is late, too', async () => {
    const { home, bad } = await withLate();
    await home.clock.advance(CONCLUDED_MS - 15_000);
    expect(await fail(home, bad)).toEqual([]);
    expect(await home.record(bad)).toMatchObject({ state: 'held', holdReason: 'another-change-between' });
  });
});

describe('what somebody wrote into the table', () => {
  it('in the place of a proof keeps nobody from deciding, and is reported', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    const key = changeKeyOf(updated);
    home.tables.changes.put({ pk: changePk(key.changeId), sk: proofSk(key, AWAY), proof: '{}' });
    await fail(home, updated);
    expect(await home.state(updated)).toBe('rolled-back');
    expect(home.log.messages('error')).toContain('proof cannot be read');
  });

  it('in the place of a proof proves nothing, and gives way to an answer', async () => {
    const home = createHome({ regions: ['us-east-1'] });
    const created = await home.accept('created');
    const key = changeKeyOf(created);
    home.tables.changes.put({
      pk: changePk(key.changeId),
      sk: proofSk(key, 'us-east-1'),
      verdict: 'consistent',
      proof: '{}',
    });
    expect(await home.step('ask', created)).toMatchObject({ asked: ['us-east-1'] });
    await home.deliver(verdict(created, 'us-east-1', 'consistent'));
    expect(await home.state(created)).toBe('verified');
  });

  it('in the place of an earlier record holds the change instead of blocking it', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const broken = await home.accept('updated', { on: false });
    const updated = await home.accept('updated');
    home.tables.changes.put({ pk: flagPk(FLAG), sk: changeSk(orderOf(broken)), record: 'not json' });
    expect(await fail(home, updated)).toEqual([]);
    expect(await home.record(updated)).toMatchObject({ state: 'held', holdReason: 'another-change-between' });
    expect(home.log.messages('error')).toContain('record of a change cannot be read');
  });

  it('in the place of known good keeps nothing from coming back: its revision says what', async () => {
    const home = createHome();
    const created = await home.accept('created');
    await home.prove(created);
    const updated = await home.accept('updated', { on: false });
    home.tables.changes.put({ pk: flagPk(FLAG), sk: changeSk(orderOf(created)), record: 'not json' });
    await fail(home, updated);
    expect(await home.state(updated)).toBe('rolled-back');
    expect(await home.current()).toMatchObject({ documentDigest: created.documentDigest });
  });

  it('over the record of known good, so that it is gone, keeps the change waiting: nobody knows what lies between', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const good = await home.accept('updated', { on: false });
    await home.prove(good);
    const bad = await home.accept('updated');
    home.tables.changes.delete({ pk: flagPk(FLAG), sk: changeSk(orderOf(good)) });
    expect(await fail(home, bad)).toHaveLength(1);
    expect(await home.state(bad)).toBe('accepted');
  });

  it('in the place of the revert is written over, with an error that says so', async () => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const updated = await home.accept('updated', { on: false });
    const item = home.tables.flags.get(flagPk(FLAG), 'REVISION#000001#000000000002');
    if (item === undefined) throw new Error('no revision 2');
    home.tables.flags.put({ ...item, sk: 'REVISION#000001#000000000003', revision: 3 });
    expect(await fail(home, updated)).toEqual([]);
    expect(await home.record(updated)).toMatchObject({ state: 'rolled-back' });
    expect(home.log.messages('error')).toContain(
      'somebody wrote into the place of the revert, it is written over: find out who did',
    );
  });
});

it.each([
  ['killed', 'restored'],
  ['updated', 'updated'],
] as const)(
  'a change that was %s is superseded, not held, when one that was %s slips in while it is decided',
  async (kind, next) => {
    const home = createHome();
    await home.prove(await home.accept('created'));
    const failed = await home.accept(kind, { on: false });
    const { decide } = home.changes;
    let first = true;
    home.changes.decide = async (write) => {
      if (first) await home.accept(next);
      first = false;
      return decide.call(home.changes, write);
    };
    await fail(home, failed);
    expect(await home.record(failed)).toMatchObject({
      state: 'superseded',
      blame: { region: 'eu-west-1', services: ['payments'] },
    });
    // Nobody wrote into a place that is not his.
    expect(home.log.messages('error')).toEqual([]);
  },
);
