import { CANARY_AUTHOR, CANARY_FLAG } from '@flaghoist/core/canary';
import { seal } from '@flaghoist/core/envelope';
import { currentItem, revisionItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { CURRENT_SK, changeSk, flagPk, KNOWN_GOOD_SK, revisionSk } from '@flaghoist/core/storage/keys';
import { AUTHOR } from '@flaghoist/test-kit/author';
import { createResumeHandler } from '../lib/handler.ts';
import { createHome, document, FLAG, HOME, type Home } from './support/home.ts';
import { overriding } from './support/overriding.ts';

const FIVE_MINUTES_MS = 300_000;
const OTHER = 'search.ranking';

/** This home is of the second epoch; what is accepted before `inEpoch2` is what a former home accepted. */
const inEpoch2 = (home: Home): Home['ports'] => ({
  ...home.ports,
  home: { home: async () => ({ region: HOME, epoch: 2 }) },
});

/** One warm function, at its looks. */
const looks = (home: Home, ports = inEpoch2(home)) => {
  const handler = createResumeHandler(ports);
  const look = async () => {
    await home.clock.advance(FIVE_MINUTES_MS);
    return home.clock.run(handler({}));
  };
  /** @returns how many revisions the second of two looks has adopted */
  const two = async (): Promise<number> => {
    expect(await look()).toMatchObject({ adopted: 0 });
    return (await look()).adopted;
  };
  return { look, two };
};

/** The stream gave up the revision: neither its record nor its outcome is here. */
const forget = async (home: Home, revision: number, { flagKey = FLAG, epoch = 1 } = {}): Promise<void> => {
  const found = (await home.revisions(flagKey)).find((each) => each.epoch === epoch && each.revision === revision);
  if (found === undefined) throw new Error(`there is no ${flagKey} ${epoch}.${revision}`);
  home.tables.changes.delete({ pk: flagPk(flagKey), sk: changeSk(found) });
  home.tables.changes.delete({ pk: `AUTHOR#${AUTHOR}`, sk: `OUTCOME#${found.change.id}` });
};

const record = (home: Home, revision: number, epoch = 1) => home.changes.record(FLAG, { epoch, revision });

const alter = (home: Home, revision: number): void => {
  const sk = revisionSk({ epoch: 1, revision });
  home.tables.flags.write({ update: { pk: flagPk(FLAG), sk }, set: { envelope: '{}' } });
};

/** Accepted by this home, in its own epoch. */
const decideHere = async (home: Home, kind: 'updated' | 'created'): Promise<void> => {
  await home.propose(kind, { document: { ...document, defaultVariant: 'on' } });
  await home.deliver(home.tail.take(), inEpoch2(home));
};

describe('what a former home accepted and the stream gave up', () => {
  it('has its outcome and its record at the second look', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('updated');
    await forget(home, 2);
    expect(await looks(home).two()).toBe(1);
    expect(await record(home, 2)).toMatchObject({ state: 'unverified', foundInEpoch: 2, foundAt: home.clock.now() });
    const { change } = (await home.revisions())[1] ?? {};
    expect(await home.outcome(change?.id ?? '')).toMatchObject({ outcome: 'accepted', order: { revision: 2 } });
    expect(home.log.messages('warn')).toContain('found what a former home had accepted');
  });

  it('is superseded where this home has changed the flag since', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('updated');
    await decideHere(home, 'updated');
    await forget(home, 1);
    await forget(home, 2);
    expect(await looks(home).two()).toBe(2);
    expect(await record(home, 1)).toMatchObject({ state: 'superseded', foundInEpoch: 2 });
    expect(await record(home, 2)).toMatchObject({ state: 'superseded', foundInEpoch: 2 });
  });

  it.each([
    ['REVISION', 2],
    ['CURRENT', 4],
  ])(
    'is carried out again where it is a kill that nothing here has carried out, of which %s has come',
    async (item, times) => {
      const home = createHome();
      await home.decide('created');
      await decideHere(home, 'updated');
      const created = (await home.revisions())[0];
      if (created === undefined) throw new Error('nothing was accepted');
      // The former home knew nothing of what is accepted here.
      const former = createHome();
      await former.decide('created');
      await former.decide('killed');
      const sk = item === 'CURRENT' ? CURRENT_SK : revisionSk({ epoch: 1, revision: 2 });
      const kill = former.tables.flags.get(flagPk(FLAG), sk);
      if (kill === undefined) throw new Error('the kill was not accepted');
      home.tables.flags.put({ ...kill, pk: flagPk(FLAG), sk });
      const { look } = looks(home);
      let adopted = 0;
      for (let time = 0; time < times; time += 1) adopted += (await look()).adopted;
      expect(adopted).toBe(1);
      expect(await home.current()).toMatchObject({ epoch: 2, revision: 3, kind: 'killed' });
    },
  );

  it('is remembered while the walk over many revisions goes on', async () => {
    const home = createHome();
    await home.decide('created');
    await forget(home, 1);
    const flags = overriding(home.flags, {
      revisions: async function* (after) {
        if (after !== undefined) return;
        for await (const stored of home.flags.revisions()) for (let n = 0; n < 2_500; n += 1) yield stored;
      },
    });
    expect(await looks(home, { ...inEpoch2(home), flags }).two()).toBe(1);
    expect(await record(home, 1)).toMatchObject({ state: 'unverified' });
  });

  it('is adopted a hundred a look, and the next ones at the next look', async () => {
    const home = createHome();
    await home.decide('created');
    await forget(home, 1);
    const [first] = await home.revisions();
    if (first === undefined) throw new Error('nothing was accepted');
    const { envelopeDigest: _digest, documentDigest: _document, ...content } = first;
    for (let n = 1; n < 130; n += 1) {
      const envelope = seal({ ...content, flagKey: `late-${n}` });
      home.tables.flags.put(revisionItem(storedOf(envelope)));
      home.tables.flags.put(currentItem(storedOf(envelope)));
    }
    const { look, two } = looks(home);
    expect(await two()).toBe(100);
    expect(await look()).toMatchObject({ adopted: 30 });
    expect(await look()).toMatchObject({ adopted: 0 });
  });

  it('waits for no revisions of the canary whose records have expired', async () => {
    const home = createHome();
    await home.decide('created');
    await forget(home, 1);
    const [first] = await home.revisions();
    if (first === undefined) throw new Error('nothing was accepted');
    const { envelopeDigest: _digest, documentDigest: _document, ...content } = first;
    const change = { ...content.change, author: CANARY_AUTHOR };
    for (let revision = 1; revision <= 100; revision += 1) {
      const envelope = seal({
        ...content,
        flagKey: CANARY_FLAG,
        revision,
        change: { ...change, id: `canary-${revision}` },
      });
      const key = { pk: flagPk(CANARY_FLAG), sk: revisionSk(envelope) };
      home.tables.flags.put({ ...revisionItem(storedOf(envelope)), ...key });
      if (revision === 100) home.tables.flags.put(currentItem(storedOf(envelope)));
    }
    // The walk meets flags as they were first written: the canary's have to be there before.
    expect(await looks(home).two()).toBe(1);
    expect(await record(home, 1)).toMatchObject({ state: 'unverified' });
    expect(await home.changes.record(CANARY_FLAG, { epoch: 1, revision: 1 })).toBeUndefined();
  });

  it('keeps nobody waiting while it cannot be adopted, and is tried again', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('created', { flagKey: OTHER });
    await forget(home, 1);
    await forget(home, 1, { flagKey: OTHER });
    let isDown = true;
    const changes = overriding(home.changes, {
      takeOverRecord: async (found) =>
        isDown && found.flagKey === FLAG ? Promise.reject(new Error('down')) : home.changes.takeOverRecord(found),
    });
    const { look, two } = looks(home, { ...inEpoch2(home), changes });
    expect(await two()).toBe(1);
    expect(await home.changes.record(OTHER, { epoch: 1, revision: 1 })).toBeDefined();
    isDown = false;
    expect(await look()).toMatchObject({ adopted: 1 });
    expect(await record(home, 1)).toBeDefined();
  });
});

describe('KNOWN_GOOD of an older epoch', () => {
  const older = async () => {
    const home = createHome();
    await home.decide('created');
    await decideHere(home, 'updated');
    const [first, second] = await home.revisions();
    if (first === undefined || second === undefined) throw new Error('nothing was accepted');
    const { envelopeDigest } = first;
    home.tables.flags.put({ pk: flagPk(FLAG), sk: KNOWN_GOOD_SK, epoch: 1, revision: 1, envelopeDigest });
    return { home, second };
  };

  it('that overwrote that of this one is put back', async () => {
    const { home, second } = await older();
    const { epoch, revision, envelopeDigest } = second;
    const judged = await record(home, 2, 2);
    if (judged === undefined) throw new Error('nothing was accepted here');
    await home.changes.decide({ action: 'verify', judged, knownGood: null, now: home.clock.now() });
    await looks(home).look();
    expect(await home.flags.knownGood(FLAG)).toEqual({ flagKey: FLAG, order: { epoch, revision }, envelopeDigest });
    expect(home.log.messages('warn')).toContain('KNOWN_GOOD was of an older epoch, not proven or gone, put back');
  });

  it('is put there where it is gone, or names what nobody proved, and stays away where nothing is proven', async () => {
    const { home, second } = await older();
    const place = { pk: flagPk(FLAG), sk: KNOWN_GOOD_SK };
    home.tables.flags.delete(place);
    await looks(home).look();
    expect(await home.flags.knownGood(FLAG)).toBeUndefined();
    const judged = await record(home, 1, 1);
    if (judged === undefined) throw new Error('nothing was accepted here');
    await home.changes.decide({ action: 'verify', judged, knownGood: null, now: home.clock.now() });
    await looks(home).look();
    expect((await home.flags.knownGood(FLAG))?.order).toEqual({ epoch: 1, revision: 1 });
    const { epoch, revision, envelopeDigest } = second;
    home.tables.flags.put({ ...place, epoch, revision, envelopeDigest });
    await looks(home).look();
    expect((await home.flags.knownGood(FLAG))?.order).toEqual({ epoch: 1, revision: 1 });
  });

  it.each(['stays where', 'is not put back behind'])('%s a kill that it named has lost its record', async (what) => {
    const home = createHome();
    await home.decide('created');
    await home.decide('killed');
    for (const revision of [1, 2]) {
      const judged = await record(home, revision);
      if (judged === undefined) throw new Error('nothing was accepted');
      const from = (await home.flags.knownGood(FLAG))?.order ?? null;
      await home.changes.decide({ action: 'verify', judged, knownGood: { from }, now: home.clock.now() });
    }
    const before = await home.flags.knownGood(FLAG);
    expect(before?.order).toEqual({ epoch: 1, revision: 2 });
    home.tables.changes.delete({ pk: flagPk(FLAG), sk: changeSk({ epoch: 1, revision: 2 }) });
    const isGone = what !== 'stays where';
    if (isGone) home.tables.flags.delete({ pk: flagPk(FLAG), sk: KNOWN_GOOD_SK });
    await looks(home, home.ports).two();
    expect(await home.flags.knownGood(FLAG)).toEqual(isGone ? undefined : before);
  });

  it('stays where nothing of this one is proven', async () => {
    const { home } = await older();
    await looks(home).two();
    expect(await home.flags.knownGood(FLAG)).toMatchObject({ order: { epoch: 1, revision: 1 } });
  });
});

describe('what is not adopted', () => {
  it('a revision that has its record: it is not even read', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('updated');
    const asked: string[] = [];
    const flags = overriding(home.flags, {
      revision: async (flagKey, order) => {
        asked.push(flagKey);
        return home.flags.revision(flagKey, order);
      },
    });
    const changes = overriding(home.changes, { undecided: async function* () {} });
    expect(await looks(home, { ...inEpoch2(home), flags, changes }).two()).toBe(0);
    expect(asked).toEqual([]);
  });

  it('a revision whose record is there by the second look', async () => {
    const home = createHome();
    await home.decide('created');
    const written = await record(home, 1);
    if (written === undefined) throw new Error('nothing was accepted');
    await forget(home, 1);
    const { look } = looks(home);
    await look();
    await home.changes.takeOverRecord(written);
    expect(await look()).toMatchObject({ adopted: 0 });
    expect(await record(home, 1)).toEqual(written);
  });

  it('a revision of this epoch: whoever took its record away did not take its acceptance away', async () => {
    const home = createHome();
    await home.decide('created');
    await decideHere(home, 'updated');
    await forget(home, 2, { epoch: 2 });
    expect(await looks(home).two()).toBe(0);
    expect(await record(home, 2, 2)).toBeUndefined();
  });

  it('a revision whose bytes were altered', async () => {
    const home = createHome();
    await home.decide('created');
    await decideHere(home, 'updated');
    await forget(home, 1);
    alter(home, 1);
    expect(await looks(home).two()).toBe(0);
    expect(await record(home, 1)).toBeUndefined();
    expect(home.log.messages('error')).toEqual([
      'revision of a former home, or the newest one, is not what was sealed: nothing is adopted',
    ]);
  });

  it('anything in CURRENT, where its REVISION was altered: what came before is adopted beneath it', async () => {
    const home = createHome();
    await home.decide('created');
    await home.decide('updated');
    const current = home.tables.flags.get(flagPk(FLAG), CURRENT_SK);
    await forget(home, 1);
    alter(home, 2);
    expect(await looks(home).two()).toBe(1);
    expect(await record(home, 1)).toMatchObject({ state: 'superseded' });
    expect(home.tables.flags.get(flagPk(FLAG), CURRENT_SK)).toEqual(current);
  });
});
