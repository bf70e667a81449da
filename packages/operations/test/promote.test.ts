import { createWalk } from '@flaghoist/core/all-flags';
import { type Envelope, parseEnvelope, recordOf, serialiseEnvelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { FACTS_STAY, type FactsChange } from '@flaghoist/core/facts';
import { orderKey } from '@flaghoist/core/order';
import { lookAtOthers } from '@flaghoist/core/other-flags';
import { putKnownGoodRight } from '@flaghoist/core/put-known-good-right';
import { buildKillAgain, killAgainIdOf } from '@flaghoist/core/revision';
import { recordItem } from '@flaghoist/core/storage/change-items';
import { homeWrite } from '@flaghoist/core/storage/flag-items';
import { alikeKey, changeSk, flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { InMemoryTrailStore } from '@flaghoist/in-memory/trail-store';
import { validateStanding } from '@flaghoist/rules/standing';
import { doomed } from '@flaghoist/test-kit/trouble';
import { adoptRevision } from '../lib/adopt-revision.ts';
import { moveReport } from '../lib/move-report.ts';
import { nameMisfits } from '../lib/name-misfits.ts';
import { type Progress, promote } from '../lib/promote.ts';
import { FLAG, operator, twoHomes, YOUNG } from './support/homes.ts';

/** Known good, one that was taken back, and one that nobody has proven. */
const history = async () => {
  const homes = twoHomes();
  const { old, young, replicate } = homes;
  const created = await old.accept('created');
  await old.prove(created, null);
  const bad = await old.accept('updated');
  const revert = await old.revert(bad, created);
  const open = await old.accept('updated');
  const other = await old.accept('created', { flagKey: 'gamma' });
  replicate(old, young);
  return { ...homes, created, bad, revert, open, other };
};
type History = Awaited<ReturnType<typeof history>>;

const isRebuilt = async ({ young, created, bad, revert, open, other }: History): Promise<void> => {
  expect(await Promise.all([created, bad, revert, open, other].map(young.state))).toEqual([
    'verified',
    'rolled-back',
    'unverified',
    'unverified',
    'unverified',
  ]);
  for (const each of [created, bad, open, other]) {
    expect(await young.outcome(each)).toMatchObject({ outcome: 'accepted', order: { revision: each.revision } });
  }
  expect(await young.ports.home.lastMove()).toMatchObject({ region: YOUNG, epoch: 2, actor: 'local:operator' });
};

it('rebuilds outcomes and states, and makes the region home of the next epoch', async () => {
  const scene = await history();
  const { clock, young } = scene;
  const told: Progress[] = [];
  const report = await clock.run(promote(operator, { ...young.ports, progress: (each) => told.push(each) }));
  await isRebuilt(scene);
  expect(report).toMatchObject({ region: YOUNG, epoch: 2, revisions: 5, pending: 0, found: [] });
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(told).toEqual([
    { phase: 'rebuilding', revisions: 5 },
    { phase: 'settling', revisions: 5 },
  ]);
  const next = await young.accept('updated', { epoch: 2 });
  expect(next).toMatchObject({ epoch: 2, revision: 5 });
});

it('called again changes nothing', async () => {
  const scene = await history();
  const { clock, young } = scene;
  const first = await clock.run(promote(operator, young.ports));
  const next = await young.accept('updated', { epoch: 2 });
  await young.prove(next, { epoch: 1, revision: 1 });
  expect(await clock.run(promote(operator, young.ports))).toEqual({ ...first, revisions: 6 });
  await isRebuilt(scene);
  expect(await young.state(next)).toBe('verified');
});

it('called again puts KNOWN_GOOD right that a former home has overwritten since', async () => {
  const { clock, young } = await history();
  await clock.run(promote(operator, young.ports));
  const overwritten = young.tables.flags.get(`FLAG#${FLAG}`, 'KNOWN_GOOD');
  const next = await young.accept('updated', { epoch: 2 });
  await young.prove(next, { epoch: 1, revision: 1 });
  if (overwritten !== undefined) young.tables.flags.put(overwritten);
  await clock.run(promote(operator, young.ports));
  expect((await young.ports.flags.knownGood(FLAG))?.order).toEqual({ epoch: 2, revision: 5 });
});

it('goes on after a death at any call', async () => {
  let calls = 0;
  for (let atCall = 1; ; atCall += 1) {
    let struckOnce = false;
    for (const moment of ['before', 'after'] as const) {
      const scene = await history();
      const { clock, young } = scene;
      const { ports, struck } = doomed(young.ports, { atCall, moment });
      await clock.run(promote(operator, ports)).catch(() => undefined);
      struckOnce ||= struck();
      const report = await clock.run(promote(operator, young.ports));
      expect(report).toMatchObject({ epoch: 2, pending: 0, found: [] });
      await isRebuilt(scene);
    }
    if (!struckOnce) break;
    calls += 1;
  }
  expect(calls).toBeGreaterThan(30);
});

it('knows from a revert what became of a change whose own revision has not come', async () => {
  const { clock, old, young, replicate } = twoHomes();
  const created = await old.accept('created');
  await old.prove(created, null);
  const bad = await old.accept('updated');
  const revert = await old.revert(bad, created);
  replicate(old, young, (sk) => !sk.endsWith('000000000002'));
  await clock.run(promote(operator, young.ports));
  expect(await young.outcome(bad)).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 2 } });
  expect(await young.state(bad)).toBeUndefined();

  replicate(old, young);
  await adoptRevision(bad, 2, young.ports);
  expect(await young.changes.record(FLAG, bad)).toMatchObject({
    state: 'rolled-back',
    revertOrder: { epoch: 1, revision: revert.revision },
    foundInEpoch: 2,
  });
});

it('takes back what a revert names that is found late', async () => {
  const { clock, old, young, replicate } = twoHomes();
  const created = await old.accept('created');
  await old.prove(created, null);
  const bad = await old.accept('updated');
  replicate(old, young);
  await clock.run(promote(operator, young.ports));
  expect(await young.state(bad)).toBe('unverified');
  const revert = await old.revert(bad, created);
  replicate(old, young);
  await adoptRevision(revert, 2, young.ports);
  expect(await young.state(bad)).toBe('rolled-back');
  expect(await young.state(revert)).toBe('unverified');
});

describe('what is found late', () => {
  const HOUR = 3_600_000;
  const happenedSince = async ({ tables }: ReturnType<typeof twoHomes>['young'], from: number, to: number) => {
    const found: (string | undefined)[] = [];
    for await (const happening of new InMemoryTrailStore(tables.changes).happened(from, to))
      found.push('record' in happening ? `${happening.record.changeId} ${happening.record.state}` : undefined);
    return found;
  };

  it('happened when it was found: the sweep has long passed the moment of its acceptance', async () => {
    const { clock, old, young, replicate } = twoHomes();
    const created = await old.accept('created');
    await old.prove(created, null);
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    const bad = await old.accept('updated');
    await clock.advance(10 * HOUR);
    replicate(old, young);
    await adoptRevision(bad, 2, young.ports);
    const now = clock.now();
    expect(await happenedSince(young, now, now + 1)).toEqual([`${bad.change.id} unverified`]);

    const revert = await old.revert(bad, created);
    await clock.advance(HOUR);
    replicate(old, young);
    await adoptRevision(revert, 2, young.ports);
    const then = clock.now();
    expect((await happenedSince(young, then, then + 1)).sort()).toEqual(
      [`${bad.change.id} rolled-back`, `${revert.change.id} unverified`].sort(),
    );
  });

  it('takes nothing back that was verified here', async () => {
    const { clock, old, young, replicate } = twoHomes();
    const created = await old.accept('created');
    await old.prove(created, null);
    const updated = await old.accept('updated');
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    const unverified = await young.changes.record(FLAG, updated);
    if (unverified === undefined) throw new Error('it was taken over');
    await young.changes.decide({
      action: 'verify',
      judged: unverified,
      now: clock.now(),
      knownGood: { from: created },
    });
    const revert = await old.revert(updated, created);
    replicate(old, young, (sk) => sk.startsWith('REVISION#'));
    await adoptRevision(revert, 2, young.ports);
    expect(await young.state(updated)).toBe('verified');
    expect(young.log.messages('warn')).toContain('verified here, taken back by a former home');
  });

  it('is needed from then on by what it says it needs, where that was read before', async () => {
    const { clock, old, young, replicate } = twoHomes();
    await old.accept('created', { flagKey: 'base' });
    await old.accept('created');
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    const { counter, epoch } = await young.ports.flags.needed('base');
    const now = { ...FACTS_STAY, needed: { counter, epoch, completed: { epoch: 2, keys: [] } } };
    expect(await young.changes.takeOverFacts('base', now)).toBe('written');
    const before = await young.ports.flags.needed('base');
    const { version } = await young.ports.flags.facts(FLAG);

    const needing = await old.accept('updated', { prerequisites: ['base'] });
    replicate(old, young, (sk) => sk.startsWith('REVISION#'));
    await adoptRevision(needing, 2, young.ports);
    const needed = await young.ports.flags.needed('base');
    expect(needed).toMatchObject({ keys: [FLAG], epoch: 2 });
    expect(needed.counter).toBeGreaterThan(before.counter);
    expect((await young.ports.flags.facts(FLAG)).version).toBeGreaterThan(version);
  });

  it('needs nothing when the flag has been changed here since', async () => {
    const { clock, old, young, replicate } = twoHomes();
    await old.accept('created', { flagKey: 'base' });
    await old.accept('created');
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    const needing = await old.accept('updated', { prerequisites: ['base'] });
    await young.accept('updated', { epoch: 2 });
    replicate(old, young, (sk) => sk.startsWith('REVISION#'));
    await adoptRevision(needing, 2, young.ports);
    expect(await young.ports.flags.needed('base')).toMatchObject({ keys: [] });
  });
});

describe('of a flag that has arrived, of which nobody has heard yet,', () => {
  const arrived = async (flagKey: string, parts: object = {}) => {
    const { clock, old, young, replicate } = twoHomes();
    for (const known of ['base', 'check.out']) await old.accept('created', { flagKey: known });
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    await old.accept('created', { flagKey, ...parts });
    // Item by item: CURRENT, NEEDED and ALIKE are still on their way.
    replicate(old, young, (sk) => sk.startsWith('REVISION#'));
    return lookAtOthers({
      flags: young.ports.flags,
      changes: young.ports.changes,
      home: young.ports.home,
      epoch: 2,
      walk: createWalk(young.ports),
      log: young.ports.log,
    });
  };

  it('whoever would take away what it needs is told, without an index', async () => {
    const others = await arrived('child', { prerequisites: ['base'] });
    expect((await others.needing('base')).map(({ flagKey }) => flagKey)).toEqual(['child']);
  });

  it('whoever looks like it is told, without an index', async () => {
    const others = await arrived('check-out');
    expect(await others.lookalikes('checkOut', [])).toEqual(['check-out', 'check.out']);
  });
});

it('lets keys meet those that look alike, also where that was only written in the home that is gone', async () => {
  const { clock, old, young, replicate } = twoHomes();
  await old.accept('created', { flagKey: 'check.out' });
  replicate(old, young, (sk) => sk !== 'KEYS');
  young.tables.flags.delete(alikeKey('check.out'));
  await clock.run(promote(operator, young.ports));
  expect(await young.ports.flags.alike('check-out')).toMatchObject({ keys: ['check.out'] });
  const { count } = await young.ports.flags.alike('check-out');
  await clock.run(promote(operator, young.ports));
  expect(await young.ports.flags.alike('check-out')).toMatchObject({ count });
});

describe('a former home that goes on while nobody has fenced it', () => {
  const joined = async () => {
    const homes = twoHomes();
    const { clock, old, young } = homes;
    await clock.run(promote(operator, young.ports));
    /** What a home sees of other flags when this one is created. */
    const look = async ({ ports }: typeof old, after: Envelope) => {
      const others = lookAtOthers({
        flags: ports.flags,
        changes: ports.changes,
        home: ports.home,
        epoch: after.epoch,
        walk: createWalk(ports),
        log: ports.log,
      });
      const found = await others.lookalikes(after.flagKey, []);
      return { found, facts: await others.change({ flagKey: after.flagKey, before: null, after }) };
    };
    const accept = async (home: typeof old, flagKey: string, epoch: number) => {
      const created = await home.accept('created', { flagKey, epoch });
      await home.changes.takeOverFacts(flagKey, (await look(home, created)).facts);
      await clock.advance(1);
      return created;
    };
    const lateWrites = (): void => {
      for (const entry of old.tables.flags.allEntries())
        if (entry.region === old.name && /^(FLAG|ALIKE)#/.test(entry.pk)) young.tables.flags.applyReplicated(entry);
    };
    const [created] = [await accept(young, 'checkOut', 2), await accept(old, 'check.out', 1)];
    return { young, lateWrites, look: () => look(young, { ...created, flagKey: 'checkout' }) };
  };

  it('hides no key from those that look like it', async () => {
    const { young, lateWrites, look } = await joined();
    lateWrites();
    expect(await young.ports.flags.alike('checkout')).toMatchObject({ keys: ['check.out'] });
    expect((await look()).found).toEqual(['check.out', 'checkOut']);
  });

  it('moves what was read of keys that look alike', async () => {
    const { young, lateWrites, look } = await joined();
    const { facts } = await look();
    lateWrites();
    expect(await young.changes.takeOverFacts('checkout', facts)).toBe('moved');
    expect(await young.changes.takeOverFacts('checkout', (await look()).facts)).toBe('written');
    const keys = ['check.out', 'checkOut', 'checkout'];
    expect(await young.ports.flags.alike('checkout')).toMatchObject({ keys, epoch: 2 });
  });
});

describe('what two homes accepted, each without knowing of the other,', () => {
  const split = async (
    before: readonly string[],
    here: (young: ReturnType<typeof twoHomes>['young']) => Promise<unknown>,
    there: (old: ReturnType<typeof twoHomes>['old']) => Promise<Envelope>,
  ) => {
    const { clock, old, young, replicate } = twoHomes();
    for (const flagKey of before) await old.accept('created', { flagKey });
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    await here(young);
    const late = await there(old);
    replicate(old, young, (sk) => sk.startsWith('REVISION#'));
    await adoptRevision(late, 2, young.ports);
    const named = () =>
      young.log.lines.filter(({ message }) => message.startsWith('two homes accepted')).map(({ fields }) => fields);
    return { clock, young, named };
  };

  it('is named where keys look alike, when one is found and when home is promoted once more', async () => {
    const { clock, young, named } = await split(
      [],
      async (home) => {
        const created = await home.accept('created', { flagKey: 'check.out', epoch: 2 });
        const alike = { count: 0, epoch: 0, completed: { epoch: 2, keys: [] } };
        await home.changes.takeOverFacts(created.flagKey, { ...FACTS_STAY, alike });
      },
      (home) => home.accept('created', { flagKey: 'check-out' }),
    );
    expect(named()).toEqual([{ flagKey: 'check-out', looksLike: ['check.out'] }]);
    await clock.run(promote(operator, young.ports));
    expect(named().slice(1)).toEqual([
      { flagKey: 'check.out', looksLike: ['check-out'] },
      { flagKey: 'check-out', looksLike: ['check.out'] },
    ]);
  });

  it('is named where a flag needs what was archived here', async () => {
    const { named } = await split(
      ['base'],
      (home) => home.accept('archived', { flagKey: 'base', epoch: 2 }),
      (home) => home.accept('created', { flagKey: 'child', prerequisites: ['base'] }),
    );
    expect(named()).toEqual([{ flagKey: 'child', needs: [{ needing: 'child', needed: 'base' }] }]);
  });

  it('is named where a flag was archived that is needed here', async () => {
    const { named } = await split(
      ['base'],
      (home) => home.accept('created', { flagKey: 'child', prerequisites: ['base'], epoch: 2 }),
      (home) => home.accept('archived', { flagKey: 'base' }),
    );
    expect(named()).toEqual([{ flagKey: 'base', needs: [{ needing: 'child', needed: 'base' }] }]);
  });

  it('is not named where all goes together, or one of two that look alike is archived', async () => {
    const { named } = await split(
      ['base', 'check.out'],
      (home) => home.accept('archived', { flagKey: 'check.out', epoch: 2 }),
      (home) => home.accept('created', { flagKey: 'check-out', prerequisites: ['base'] }),
    );
    expect(named()).toEqual([]);
  });
});

describe('facts that a former home writes over those of this one', () => {
  const scene = async () => {
    const { clock, old, young, replicate } = twoHomes();
    await old.accept('created', { flagKey: 'base' });
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    /** What the transaction of a change relies on that begins to need base. */
    const relied = async (flagKey: string): Promise<FactsChange> => {
      const others = lookAtOthers({
        flags: young.ports.flags,
        changes: young.ports.changes,
        home: young.ports.home,
        epoch: 2,
        walk: createWalk(young.ports),
        log: young.ports.log,
      });
      await others.chain(['base']);
      const after = { kind: 'created', flagState: 'live', audience: '*', prerequisites: ['base'] } as const;
      return others.change({ flagKey, before: null, after: { ...after, prerequisites: ['base'] } });
    };
    /** The last writer wins, with a version that was read here before. */
    const lateFacts = async (): Promise<void> => {
      await clock.advance(1);
      const facts = old.tables.flags.get('FLAG#base', 'FACTS');
      if (facts === undefined) throw new Error('the former home has FACTS');
      old.tables.flags.put({ ...facts, again: clock.now() });
      replicate(old, young, (sk) => sk === 'FACTS');
    };
    return { clock, old, young, replicate, relied, lateFacts };
  };

  it('do not hide that a flag was archived here', async () => {
    const { clock, young, relied, lateFacts } = await scene();
    const facts = await relied('child');
    await clock.advance(1);
    await young.accept('archived', { flagKey: 'base', epoch: 2 });
    await lateFacts();
    expect(await young.changes.takeOverFacts('child', facts)).toBe('moved');
  });

  it('nor that an archive of the former home was taken over meanwhile', async () => {
    const { old, young, replicate, relied } = await scene();
    const facts = await relied('child');
    const archived = await old.accept('archived', { flagKey: 'base' });
    replicate(old, young, (sk) => sk.startsWith('REVISION#'));
    await adoptRevision(archived, 2, young.ports);
    expect(await young.changes.takeOverFacts('child', facts)).toBe('moved');
  });

  it('are counted on here by the first who relies on them, and stand in the way of nobody', async () => {
    const { young, relied, lateFacts } = await scene();
    for (const flagKey of ['child', 'other']) {
      expect(await young.changes.takeOverFacts(flagKey, await relied(flagKey))).toBe('written');
      expect(await young.ports.flags.facts('base')).toEqual({ version: 2, epoch: 2 });
    }
    const before = await relied('third');
    await lateFacts();
    expect(await young.changes.takeOverFacts('third', before)).toBe('moved');
    expect(await young.changes.takeOverFacts('third', await relied('third'))).toBe('written');
  });
});

describe('a kill that is found late', () => {
  const moved = async (
    meanwhile: readonly ('updated' | 'killed' | 'restored')[],
    parts: Parameters<ReturnType<typeof twoHomes>['young']['accept']>[1] = {},
  ) => {
    const homes = twoHomes();
    const { clock, old, young, replicate } = homes;
    const created = await old.accept('created');
    await old.prove(created, null);
    replicate(old, young);
    await clock.run(promote(operator, young.ports));
    for (const kind of meanwhile) await young.accept(kind, { epoch: 2, ...parts });
    // Nobody has fenced it, and its write is the last: CURRENT here is the kill now.
    await clock.advance(1);
    const kill = await old.accept('killed');
    replicate(old, young);
    expect((await young.ports.flags.current(FLAG))?.order).toEqual({ epoch: 1, revision: 2 });
    return { ...homes, kill };
  };

  it('is carried out again, whatever CURRENT shows, and only once', async () => {
    const { young, kill } = await moved(['updated']);
    expect(await adoptRevision(kill, 2, young.ports)).toBe(true);
    expect(await adoptRevision(kill, 2, young.ports)).toBe(false);
    const current = await young.ports.flags.current(FLAG);
    expect(current?.order).toEqual({ epoch: 2, revision: 3 });
    expect(JSON.parse(current?.body ?? '{}')).toMatchObject({
      kind: 'killed',
      flagState: 'killed',
      change: { id: killAgainIdOf(kill.change.id, 2), causeId: kill.change.id },
    });
    expect(await young.state(kill)).toBe('superseded');
    expect(await moveReport(young.ports)).toMatchObject({
      found: [
        { changeId: kill.change.id, kind: 'killed', state: 'superseded', killedAgainAs: { epoch: 2, revision: 3 } },
      ],
    });
  });

  it.each(['a REVISION', 'a record'])(
    'is carried out again though %s that nobody accepted lies in its place',
    async (what) => {
      const { young, kill } = await moved(['updated']);
      const current = await young.ports.flags.current(FLAG);
      const place = { epoch: 2, revision: (current?.order.revision ?? 0) + 1 };
      const pk = flagPk(FLAG);
      if (what === 'a REVISION') young.tables.flags.put({ pk, sk: revisionSk(place), ...place, envelope: '{}' });
      else young.tables.changes.put({ pk, sk: changeSk(place), record: '{}' });
      await adoptRevision(kill, 2, young.ports);
      const again = parseEnvelope((await young.ports.flags.current(FLAG))?.body ?? '');
      expect(again).toMatchObject({ ...place, kind: 'killed', change: { causeId: kill.change.id } });
    },
  );

  it('changes nothing else, as the rules of every region want it, whatever was changed last', async () => {
    const { young, kill } = await moved(['updated'], { audience: ['cards'] });
    await adoptRevision(kill, 2, young.ports);
    const again = parseEnvelope((await young.ports.flags.current(FLAG))?.body ?? '');
    expect(again).toMatchObject({ kind: 'killed', audience: ['cards'] });
    expect(validateStanding(again).violations.map(({ ruleId }) => ruleId)).not.toContain('FH-KIND-04');
  });

  it('is an envelope also when the kill that is found carries out one with the longest id', async () => {
    const { young, kill } = await moved(['updated']);
    const topology = await young.ports.topology.latest();
    const again = (found: Envelope, epoch: number): Envelope =>
      parseEnvelope(serialiseEnvelope(buildKillAgain({ found, current: kill, evidence: {}, epoch, topology, now: 1 })));
    const first = again({ ...kill, change: { ...kill.change, id: 'x'.repeat(90) } }, 2);
    expect(again(first, 3).change).toMatchObject({ id: `again-3-${'x'.repeat(90)}`, causeId: first.change.id });
  });

  it('is carried out again once, wherever the process dies', async () => {
    for (let atCall = 1; atCall <= 20; atCall += 1) {
      for (const moment of ['before', 'after'] as const) {
        const { young, kill } = await moved(['updated']);
        const { ports } = doomed(young.ports, { atCall, moment });
        await adoptRevision(kill, 2, ports).catch(() => undefined);
        await adoptRevision(kill, 2, young.ports);
        expect((await young.ports.flags.current(FLAG))?.order).toEqual({ epoch: 2, revision: 3 });
        expect(await young.state(kill)).toBe('superseded');
      }
    }
  });

  it.each([
    ['the flag is killed here', ['killed'] as const],
    ['somebody has restored it here since', ['killed', 'restored', 'updated'] as const],
  ])('is not carried out again when %s', async (_when, meanwhile) => {
    const { young, kill } = await moved(meanwhile);
    await adoptRevision(kill, 2, young.ports);
    expect((await young.ports.flags.current(FLAG))?.order).toEqual({ epoch: 2, revision: 1 + meanwhile.length });
    expect(await young.state(kill)).toBe('superseded');
  });

  it('is what counts where nobody has changed the flag since', async () => {
    const { young, kill } = await moved([]);
    await adoptRevision(kill, 2, young.ports);
    expect((await young.ports.flags.current(FLAG))?.order).toEqual({ epoch: 1, revision: 2 });
    expect(await young.state(kill)).toBe('unverified');
    expect(await young.outcome(kill)).toMatchObject({ outcome: 'accepted', order: { epoch: 1, revision: 2 } });
  });
});

it('puts KNOWN_GOOD of its epoch back, as what replaced it says, or as its records do', async () => {
  const { clock, old, young, replicate } = twoHomes();
  const created = await old.accept('created');
  replicate(old, young);
  await clock.run(promote(operator, young.ports));
  const next = await young.accept('updated', { epoch: 2 });
  await young.prove(next, null);
  const before = await young.ports.flags.knownGood(FLAG);
  await clock.advance(1_000);
  await old.prove(created, null);
  const foreign = { flagKey: FLAG, order: { epoch: 2, revision: 9 }, envelopeDigest: 'd'.repeat(64) };
  for (const known of [undefined, before, foreign]) {
    young.tables.flags.delete({ pk: `FLAG#${FLAG}`, sk: 'KNOWN_GOOD' });
    await clock.advance(1_000);
    old.tables.flags.put({
      ...(old.tables.flags.get(`FLAG#${FLAG}`, 'KNOWN_GOOD') ?? { pk: '', sk: '' }),
      touched: clock.now(),
    });
    replicate(old, young, (sk) => sk === 'KNOWN_GOOD');
    expect((await young.ports.flags.knownGood(FLAG))?.order).toEqual({ epoch: 1, revision: 1 });
    expect(await putKnownGoodRight(FLAG, { epoch: 2, before: known }, young.ports)).toBe(true);
    expect((await young.ports.flags.knownGood(FLAG))?.order).toEqual({ epoch: 2, revision: 2 });
  }
  expect(await putKnownGoodRight(FLAG, { epoch: 2 }, young.ports)).toBe(false);

  // A held change that its regions proved later is known good without being verified.
  await clock.advance(1_000);
  old.tables.flags.put({
    ...(old.tables.flags.get(`FLAG#${FLAG}`, 'KNOWN_GOOD') ?? { pk: '', sk: '' }),
    touched: clock.now(),
  });
  replicate(old, young, (sk) => sk === 'KNOWN_GOOD');
  const held = { flagKey: FLAG, order: { epoch: 2, revision: 3 }, envelopeDigest: 'd'.repeat(64) };
  const { order, envelopeDigest } = held;
  young.tables.flags.put({ pk: flagPk(FLAG), sk: revisionSk(order), ...order, envelopeDigest, envelope: '{}' });
  young.tables.changes.put(recordItem({ ...recordOf(created), order, envelopeDigest, state: 'held', knownGood: true }));
  expect(await putKnownGoodRight(FLAG, { epoch: 2, before: held }, young.ports)).toBe(true);
  expect(await young.ports.flags.knownGood(FLAG)).toEqual(held);
});

it('a KNOWN_GOOD that names no revision proves nothing of what is taken over', async () => {
  const { clock, old, young, replicate } = twoHomes();
  const created = await old.accept('created');
  replicate(old, young);
  const envelopeDigest = 'd'.repeat(64);
  young.tables.flags.put({ pk: flagPk(FLAG), sk: 'KNOWN_GOOD', epoch: 1, revision: 99, envelopeDigest });
  await clock.run(promote(operator, young.ports));
  expect(await young.state(created)).toBe('unverified');
});

it('leaves KNOWN_GOOD of an older epoch where nothing of this one is proven, whatever it has replaced', async () => {
  const { clock, old, young, replicate } = twoHomes();
  const created = await old.accept('created');
  await old.prove(created, null);
  const updated = await old.accept('updated');
  replicate(old, young);
  const before = await young.ports.flags.knownGood(FLAG);
  await clock.run(promote(operator, young.ports));
  await old.prove(updated, created);
  replicate(old, young, (sk) => sk === 'KNOWN_GOOD');
  expect(await putKnownGoodRight(FLAG, { epoch: 2, before }, young.ports)).toBe(false);
  expect((await young.ports.flags.knownGood(FLAG))?.order).toEqual({ epoch: 1, revision: 2 });
});

it.each([
  ['the revision before a revert', 2],
  ['a revert', 3],
  ['the newest of a flag', 4],
])('is not kept from it by altered bytes of %s, which are named and overwrite nothing', async (_what, revision) => {
  const scene = await history();
  const { clock, young, open, created } = scene;
  const at = { pk: `FLAG#${FLAG}`, sk: `REVISION#${orderKey({ epoch: 1, revision })}` };
  const found = young.tables.flags.get(at.pk, at.sk);
  young.tables.flags.put({ ...at, ...found, envelope: String(found?.['envelope']).replace('local:', 'Local:') });
  const report = await clock.run(promote(operator, young.ports));
  expect(report).toMatchObject({ region: YOUNG, epoch: 2, revisions: 5, unreadable: 1, pending: 0 });
  expect(young.log.messages('error')).toContain('revision cannot be taken over');
  expect(await young.state(created)).toBe('verified');
  expect((await young.ports.flags.current(FLAG))?.body).toBe(serialiseEnvelope(open));
  expect(await young.accept('killed', { epoch: 2 })).toMatchObject({ epoch: 2, revision: 5 });
});

it('names the region that was home before, wherever home has been', async () => {
  const { clock, old, young, replicate } = await history();
  await clock.run(promote(operator, young.ports));
  replicate(young, old);
  old.tables.flags.put({ ...(young.tables.flags.get('HOME', 'HOME') ?? { pk: 'HOME', sk: 'HOME' }) });
  await clock.run(promote(operator, old.ports));
  const moved = old.log.lines.filter(({ message }) => message === 'home was moved');
  expect(moved).toMatchObject([{ fields: { from: YOUNG, region: old.name, epoch: 3 } }]);
});

describe('the first home', () => {
  const withoutHome = () => {
    const homes = twoHomes();
    for (const { tables } of [homes.old, homes.young]) tables.flags.delete({ pk: 'HOME', sk: 'HOME' });
    return homes;
  };

  it('is that of the topology, in epoch 1; called again changes nothing', async () => {
    const { clock, old } = withoutHome();
    expect(await clock.run(promote(operator, old.ports))).toMatchObject({
      region: old.name,
      epoch: 1,
      actor: 'local:operator',
      revisions: 0,
      pending: 0,
    });
    const { former, ...first } = (await old.ports.home.lastMove()) ?? {};
    expect([former, first]).toEqual([undefined, expect.objectContaining({ region: old.name, epoch: 1 })]);
    await clock.run(promote(operator, old.ports));
    expect(await old.ports.home.lastMove()).toEqual(first);
    expect(await old.accept('created')).toMatchObject({ epoch: 1, revision: 1 });
  });

  it('is no other region', async () => {
    const { clock, old, young } = withoutHome();
    await expect(clock.run(promote(operator, young.ports))).rejects.toThrow(`the topology names ${old.name} as home`);
    expect(await young.ports.home.lastMove()).toBeUndefined();
  });

  it('does not begin anew over what was accepted: HOME was removed then', async () => {
    const { clock, old } = twoHomes();
    await old.accept('created');
    old.tables.flags.delete({ pk: 'HOME', sk: 'HOME' });
    // No move is in the trail yet, so the hint says what to put back without one.
    await expect(clock.run(promote(operator, old.ports))).rejects.toMatchObject({
      message: expect.stringContaining('there are changes already, of beta for one'),
      hint: expect.stringContaining('where it has none, the home of the topology and the highest epoch of a change'),
    });
    expect(await old.ports.home.lastMove()).toBeUndefined();
  });

  it('is what somebody else wrote meanwhile, unless it is another one', async () => {
    const { clock, old } = withoutHome();
    const meanwhile = (region: string) => ({
      ...old.ports,
      home: {
        home: () => old.ports.home.home(),
        lastMove: () => old.ports.home.lastMove(),
        move: async () => {
          old.tables.flags.write(homeWrite({ region, epoch: 1, actor: 'eva', at: 5 }, null));
          return 'moved' as const;
        },
      },
    });
    expect(await clock.run(promote(operator, meanwhile(old.name)))).toMatchObject({ epoch: 1, actor: 'eva' });
    old.tables.flags.delete({ pk: 'HOME', sk: 'HOME' });
    await expect(clock.run(promote(operator, meanwhile(YOUNG)))).rejects.toMatchObject({
      code: 'FH_UNAVAILABLE',
      hint: expect.stringContaining('It has moved to eu-west-1'),
    });
  });

  it('is made by nobody without the scope', async () => {
    const { clock, old } = withoutHome();
    const stranger = { principal: 'AROASTRANGER:zoe' };
    await expect(clock.run(promote(stranger, old.ports))).rejects.toMatchObject({ code: 'FH_NOT_ALLOWED' });
    expect(await old.ports.home.lastMove()).toBeUndefined();
  });
});

it('is only done where what a home needs is', async () => {
  const { clock, young } = twoHomes();
  await expect(clock.run(promote(operator, { ...young.ports, region: 'sa-east-1' }))).rejects.toThrow(
    'only there is what only home has',
  );
  expect(await young.ports.home.home()).toMatchObject({ epoch: 1 });
});

it('a region that was home before decides by what came of it what it had left open', async () => {
  const { clock, old, young, replicate } = twoHomes();
  const created = await old.accept('created');
  await old.prove(created, null);
  const open = await old.accept('updated');
  replicate(old, young);
  await clock.run(promote(operator, young.ports));
  const next = await young.accept('updated', { epoch: 2 });
  await young.prove(next, { epoch: 1, revision: 1 });
  replicate(young, old);
  old.tables.flags.put({ ...(young.tables.flags.get('HOME', 'HOME') ?? { pk: 'HOME', sk: 'HOME' }) });
  expect(await old.state(open)).toBe('accepted');
  await clock.run(promote(operator, old.ports));
  expect(await old.state(open)).toBe('verified');
  expect(await old.ports.home.home()).toMatchObject({ region: 'us-east-1', epoch: 3 });
});

it('flags that go with one that was taken over and are out of reach are looked at again', async () => {
  const { young, other } = await history();
  const alike = async () => {
    throw new UnavailableError('the table flags', 'It is tried again.');
  };
  const flags = Object.assign(Object.create(young.ports.flags), { alike });
  await expect(nameMisfits(other, 2, { ...young.ports, flags })).rejects.toThrow(UnavailableError);
});
