import { seal } from '@flaghoist/core/envelope';
import { revisionItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { CURRENT_SK, flagPk } from '@flaghoist/core/storage/keys';
import { createResumeHandler } from '../lib/handler.ts';
import { createHome, document, FLAG, type Home } from './support/home.ts';
import { overriding } from './support/overriding.ts';

const FIVE_MINUTES_MS = 300_000;

/** One warm function: what it saw at one look it knows at the next. */
const minutely = (home: Home, ports = home.ports) => {
  const handler = createResumeHandler(ports);
  const run = () => home.clock.run(handler({}));
  /** @returns how many CURRENTs the second of two looks has put right */
  const twoLooks = async (): Promise<number> => {
    const { putRight } = await run();
    expect(putRight).toBe(0);
    await home.clock.advance(FIVE_MINUTES_MS);
    return (await run()).putRight;
  };
  return { run, twoLooks };
};

const accepted = async (home: Home, changes = 1) => {
  await home.decide('created');
  for (let n = 1; n < changes; n += 1) await home.decide('updated');
  const [first, ...rest] = await home.revisions();
  if (first === undefined) throw new Error('nothing was accepted');
  return [first, ...rest] as const;
};

/** Written around the validator, and its stream record was given up. */
const writeCurrent = (home: Home, envelope: object & { envelopeDigest: string; flagKey: string; revision: number }) => {
  const { flagKey, revision, envelopeDigest } = envelope;
  const key = { pk: flagPk(flagKey), sk: CURRENT_SK };
  home.tables.flags.put({ ...key, epoch: 1, revision, envelopeDigest, envelope: JSON.stringify(envelope) });
};

const forgedFrom = (envelope: Awaited<ReturnType<typeof accepted>>[0], over: object) => {
  const { envelopeDigest: _digest, documentDigest: _document, ...content } = envelope;
  return seal({ ...content, document: { ...document, defaultVariant: 'on' }, ...over });
};

describe('a CURRENT of which no stream record is left', () => {
  it('that nobody accepted is put back at the second look, and reported', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    writeCurrent(home, forgedFrom(revision, { revision: 9 }));
    expect(await minutely(home).twoLooks()).toBe(1);
    expect(await home.current()).toEqual(revision);
    expect(home.log.messages('error')).toContain('CURRENT was written around the validator');
    const [rejected] = home.eventsOf('ChangeRejected');
    expect(rejected?.detail).toMatchObject({ flagKey: FLAG, order: { revision: 9 }, reason: 'not-accepted' });
  });

  it('that is no envelope is put back, and reported', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    home.tables.flags.write({ update: { pk: flagPk(FLAG), sk: CURRENT_SK }, set: { envelope: '{}' } });
    expect(await minutely(home).twoLooks()).toBe(1);
    expect(await home.current()).toEqual(revision);
    expect(home.eventsOf('ChangeRejected')[0]?.detail).toMatchObject({ reason: 'not-an-envelope' });
  });

  it('that is an older accepted revision is replaced by the newest', async () => {
    const home = createHome();
    const [older, newer] = await accepted(home, 2);
    writeCurrent(home, older);
    expect(await minutely(home).twoLooks()).toBe(1);
    expect(await home.current()).toEqual(newer);
  });

  it('of a flag that never was is removed', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    writeCurrent(home, forgedFrom(revision, { flagKey: 'never.was' }));
    await home.clock.advance(FIVE_MINUTES_MS);
    expect(await minutely(home).twoLooks()).toBe(1);
    expect(await home.current('never.was')).toBeNull();
  });

  it('was removed: it is there again', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    home.tables.flags.delete({ pk: flagPk(FLAG), sk: CURRENT_SK });
    expect(await minutely(home).twoLooks()).toBe(1);
    expect(await home.current()).toEqual(revision);
    expect(home.log.messages('error')).toContain('item of flags was removed around the validator');
  });
});

it('a CURRENT that is gone is remembered while the walk over many revisions goes on', async () => {
  const home = createHome();
  const [revision] = await accepted(home);
  home.tables.flags.delete({ pk: flagPk(FLAG), sk: CURRENT_SK });
  const flags = overriding(home.flags, {
    revisions: async function* (after) {
      if (after !== undefined) return;
      for await (const stored of home.flags.revisions()) for (let n = 0; n < 2_500; n += 1) yield stored;
    },
  });
  expect(await minutely(home, { ...home.ports, flags }).twoLooks()).toBe(1);
  expect(await home.current()).toEqual(revision);
});

it('a walk over many CURRENTs ends after seconds, and the next look goes on: none is left out, none kept waiting', async () => {
  const home = createHome();
  for (let n = 0; n < 10; n += 1) await home.decide('created', { flagKey: `flag-${n}` });
  const altered = ['flag-0', 'flag-9'];
  for (const flagKey of altered) {
    const revision = await home.current(flagKey);
    if (revision === null) throw new Error(`${flagKey} was not accepted`);
    writeCurrent(home, forgedFrom(revision, { revision: 9 }));
  }
  const flags = overriding(home.flags, {
    currents: async function* (after) {
      for await (const current of home.flags.currents(after)) {
        yield current;
        await home.clock.sleep(1_000);
      }
    },
  });
  const { run } = minutely(home, { ...home.ports, flags });
  const putRight: number[] = [];
  for (let look = 0; look < 4; look += 1) {
    const startedAt = home.clock.now();
    putRight.push((await run()).putRight);
    expect(home.clock.now() - startedAt).toBeLessThanOrEqual(6_000);
    await home.clock.advance(FIVE_MINUTES_MS);
  }
  expect(putRight).toEqual([0, 1, 1, 0]);
  for (const flagKey of altered) expect((await home.current(flagKey))?.revision).toBe(1);
});

describe('what the sweep of CURRENTs leaves alone', () => {
  it('what is as it should be', async () => {
    const home = createHome();
    await accepted(home, 2);
    expect(await minutely(home).twoLooks()).toBe(0);
    expect(home.log.messages('error')).toEqual([]);
  });

  it('what has moved between its two looks', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    const { run } = minutely(home);
    writeCurrent(home, forgedFrom(revision, { revision: 9 }));
    await run();
    writeCurrent(home, forgedFrom(revision, { revision: 10 }));
    await home.clock.advance(FIVE_MINUTES_MS);
    expect(await run()).toMatchObject({ putRight: 0 });
    await home.clock.advance(FIVE_MINUTES_MS);
    expect(await run()).toMatchObject({ putRight: 1 });
  });

  it('everything for five minutes', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    const { run } = minutely(home);
    await run();
    writeCurrent(home, forgedFrom(revision, { revision: 9 }));
    for (let minute = 1; minute < 10; minute += 1) {
      await home.clock.advance(60_000);
      expect(await run()).toMatchObject({ putRight: 0 });
    }
    await home.clock.advance(60_000);
    expect(await run()).toMatchObject({ putRight: 1 });
  });

  it('a CURRENT whose newest revision was altered: that is worth no more', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    home.tables.flags.write({
      update: { pk: flagPk(FLAG), sk: 'REVISION#000001#000000000001' },
      set: { envelope: '{}' },
    });
    expect(await minutely(home).twoLooks()).toBe(0);
    expect(await home.current()).toEqual(revision);
    expect(home.log.messages('error')).toContain('newest revision is not what was sealed: find out who wrote it');
  });

  it('a CURRENT beneath a sealed revision that nobody accepted, which is named', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    const place = { epoch: 1, revision: 2 };
    home.tables.flags.put(revisionItem(storedOf(forgedFrom(revision, place))));
    expect(await minutely(home).twoLooks()).toBe(0);
    expect(await home.current()).toEqual(revision);
    expect(home.log.messages('error')).toContain('newest revision was accepted by nobody: find out who wrote it');
    expect(home.eventsOf('ChangeRejected')).toEqual([]);
  });

  it('a CURRENT beneath more sealed revisions than are looked at, whose own is not said to be gone', async () => {
    const home = createHome();
    const [revision] = await accepted(home);
    for (let above = 2; above < 30; above += 1)
      home.tables.flags.put(revisionItem(storedOf(forgedFrom(revision, { epoch: 1, revision: above }))));
    expect(await minutely(home).twoLooks()).toBe(0);
    expect(await home.current()).toEqual(revision);
    expect(home.log.messages('error')).toEqual(['newest revision was accepted by nobody: find out who wrote it']);
  });

  it('a kill as CURRENT whose REVISION is gone, and puts REVISION back', async () => {
    const home = createHome();
    await accepted(home);
    await home.decide('killed');
    const key = { pk: flagPk(FLAG), sk: 'REVISION#000001#000000000002' };
    const before = home.tables.flags.get(key.pk, key.sk);
    home.tables.flags.delete(key);
    expect(await minutely(home).twoLooks()).toBe(0);
    expect(await home.current()).toMatchObject({ kind: 'killed' });
    expect(home.tables.flags.get(key.pk, key.sk)).toEqual(before);
    expect(home.log.messages('error')).toContain('REVISION of CURRENT was removed around the validator, put back');
    expect(home.eventsOf('ChangeRejected')).toEqual([]);
  });

  it('everything elsewhere than at home', async () => {
    const home = createHome();
    await accepted(home);
    home.tables.flags.delete({ pk: flagPk(FLAG), sk: CURRENT_SK });
    const elsewhere = { home: async () => ({ region: 'eu-west-1', epoch: 2 }) };
    expect(await minutely(home, { ...home.ports, home: elsewhere }).twoLooks()).toBe(0);
    expect(await home.current()).toBeNull();
  });
});

it('a CURRENT that is gone is put back also while changes are undecided and the bus takes nothing', async () => {
  const home = createHome();
  const [revision] = await accepted(home);
  home.tables.flags.delete({ pk: flagPk(FLAG), sk: CURRENT_SK });
  const { run } = minutely(home);
  home.bus.takeDown();
  await home.clock.advance(FIVE_MINUTES_MS);
  for (let look = 0; look < 2; look += 1) {
    await expect(run()).rejects.toThrow('event bus');
    await home.clock.advance(FIVE_MINUTES_MS);
  }
  expect(await home.current()).toEqual(revision);
});

it('a CURRENT that is gone is put back also while the list of proposals cannot be read', async () => {
  const home = createHome();
  const [revision] = await accepted(home);
  home.tables.flags.delete({ pk: flagPk(FLAG), sk: CURRENT_SK });
  const proposals = overriding(home.ports.proposals, {
    // biome-ignore lint/correctness/useYield: it cannot be read
    pending: async function* () {
      throw new Error('index away');
    },
  });
  const { run } = minutely(home, { ...home.ports, proposals });
  for (let look = 0; look < 2; look += 1) {
    await expect(run()).rejects.toThrow('index away');
    await home.clock.advance(FIVE_MINUTES_MS);
  }
  expect(await home.current()).toEqual(revision);
});

it('a CURRENT that cannot be reported is put right at the next look', async () => {
  const home = createHome();
  const [revision] = await accepted(home);
  writeCurrent(home, forgedFrom(revision, { revision: 9 }));
  let isDown = true;
  const bus = overriding(home.ports.bus, {
    publish: async (events) => (isDown ? Promise.reject(new Error('down')) : home.ports.bus.publish(events)),
  });
  const { run, twoLooks } = minutely(home, { ...home.ports, bus });
  await expect(twoLooks()).rejects.toThrow('down');
  isDown = false;
  await home.clock.advance(FIVE_MINUTES_MS);
  expect(await run()).toMatchObject({ putRight: 1 });
  expect(home.eventsOf('ChangeRejected')).toHaveLength(1);
});
