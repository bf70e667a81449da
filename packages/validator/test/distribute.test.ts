import { recordOf } from '@flaghoist/core/envelope';
import { topologyWrite } from '@flaghoist/core/storage/flag-items';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { doomed } from '@flaghoist/test-kit/trouble';
import { createDistributeHandler } from '../lib/handler.ts';
import { overriding } from './support/overriding.ts';
import { accepted, createRegion, forged, REGION } from './support/region.ts';
import { numbersOf } from './support/stream-tail.ts';

const first = accepted({ epoch: 1, revision: 1 });
const second = accepted({ epoch: 1, revision: 2 });

describe('an accepted change', () => {
  it('is expected, published once and verified when both items are there', async () => {
    const region = createRegion();
    region.putCurrent(second);
    region.putRevision(second);
    expect(await region.settle()).toEqual([]);
    expect(region.published()).toEqual([2]);
    expect(await region.row(second)).toMatchObject({
      order: { epoch: 1, revision: 2 },
      kind: 'updated',
      envelopeDigest: second.envelopeDigest,
      documentDigest: second.documentDigest,
      audience: '*',
      expectedAt: region.clock.now(),
      answer: 'open',
      refusal: null,
    });
    expect(region.eventsOf('ChangePublished')).toHaveLength(1);
    expect(region.eventsOf('VerifyRequested')).toMatchObject([
      { detail: { region: REGION, changeIds: [second.change.id] } },
    ]);
  });

  it('is published once while the bus is down, and told when it is back', async () => {
    const region = createRegion();
    let isDown = true;
    const bus = overriding(region.bus, {
      publish: async (events) => (isDown ? Promise.reject(new Error('down')) : region.bus.publish(events)),
    });
    const distribute = createDistributeHandler({ ...region.ports, bus });
    region.putCurrent(second);
    region.putRevision(second);
    const records = region.tail.take();
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await region.deliver(records, distribute)).not.toEqual([]);
    isDown = false;
    expect(await region.deliver(records, distribute)).toEqual([]);
    expect(region.published()).toEqual([2]);
    expect(region.eventsOf('ChangePublished')).toHaveLength(1);
    expect(region.eventsOf('VerifyRequested')).toHaveLength(1);
  });

  it.each([
    ['REVISION before CURRENT', ['putRevision', 'putCurrent']],
    ['CURRENT before REVISION', ['putCurrent', 'putRevision']],
  ] as const)('is published when the second of its items arrives: %s', async (_name, [one, other]) => {
    const region = createRegion();
    region[one](second);
    await region.settle();
    expect(region.published()).toEqual([]);
    region[other](second);
    await region.settle();
    expect(region.published()).toEqual([2]);
    expect(region.eventsOf('ChangeRejected')).toEqual([]);
  });

  it('is expected even if the replica never shows it as CURRENT', async () => {
    const region = createRegion();
    region.putRevision(first);
    region.putCurrent(second);
    region.putRevision(second);
    await region.settle();
    expect(region.published()).toEqual([2]);
    expect(await region.row(first)).toMatchObject({ answer: 'open', refusal: null });
    expect(region.eventsOf('VerifyRequested')).toHaveLength(2);
  });

  it('is told apart from another flag’s change of the same id', async () => {
    const region = createRegion();
    const other = accepted({ epoch: 1, revision: 1 }, { flagKey: 'checkout.other', change: first.change });
    for (const each of [first, other]) {
      region.putCurrent(each);
      region.putRevision(each);
    }
    await region.settle();
    for (const type of ['ChangePublished', 'VerifyRequested'] as const)
      expect(new Set(region.eventsOf(type).map(({ id }) => id)).size).toBe(2);
  });

  it('is published but not expected where it must not be proven', async () => {
    const region = createRegion();
    const elsewhere = accepted({ epoch: 1, revision: 2 }, { regions: ['us-east-1'] });
    region.putCurrent(elsewhere);
    region.putRevision(elsewhere);
    await region.settle();
    expect(region.published()).toEqual([2]);
    expect(await region.row(elsewhere)).toBeUndefined();
    expect(region.eventsOf('VerifyRequested')).toEqual([]);
  });

  it('keeps the time of its first row when the record comes again', async () => {
    const region = createRegion();
    region.putCurrent(second);
    region.putRevision(second);
    const records = region.tail.take();
    await region.deliver(records);
    const row = await region.row(second);
    await region.clock.advance(5_000);
    await region.deliver(records);
    expect(await region.row(second)).toEqual(row);
    expect(region.published()).toEqual([2]);
  });

  it('is tried again when the topic cannot be reached, without holding up its neighbours', async () => {
    const region = createRegion();
    const other = accepted({ epoch: 1, revision: 1 }, { flagKey: 'another' });
    region.putCurrent(second);
    region.putCurrent(other);
    region.putRevision(second);
    region.putRevision(other);
    const records = region.tail.take();
    let cut = true;
    const topic = {
      publish: async (name: string, envelope: typeof second) => {
        if (cut && envelope.flagKey === second.flagKey) throw new Error('throttled');
        await region.topic.publish(name, envelope);
      },
    };
    const distribute = createDistributeHandler({ ...region.ports, topic });
    expect(await region.deliver(records, distribute)).toEqual([numbersOf(records)[0], numbersOf(records)[2]]);
    expect(region.topic.publishedTo(REGION).map(({ flagKey }) => flagKey)).toEqual(['another']);
    cut = false;
    expect(await region.deliver(records, distribute)).toEqual([]);
    expect(region.topic.publishedTo(REGION).map(({ flagKey }) => flagKey)).toEqual(['another', second.flagKey]);
  });

  it('is expected, published and asked for, wherever the process dies', async () => {
    let calls = 0;
    for (let atCall = 1; atCall - 1 <= calls; atCall += 1) {
      for (const moment of ['before', 'after'] as const) {
        const region = createRegion({ home: true });
        region.putCurrent(second);
        region.putRevision(second);
        const records = region.tail.take();
        const { ports, struck } = doomed(region.ports, { atCall, moment });
        await region.deliver(records, createDistributeHandler(ports));
        if (struck()) {
          calls = atCall;
          expect(await region.deliver(records)).toEqual([]);
        }
        expect(new Set(region.published())).toEqual(new Set([2]));
        expect(await region.row(second)).toBeDefined();
        expect(region.eventsOf('ChangePublished')).not.toEqual([]);
        expect(region.eventsOf('VerifyRequested')).not.toEqual([]);
      }
    }
    expect(calls).toBeGreaterThan(6);
  });
});

describe('a change that the standing rules refuse here', () => {
  const broken = accepted({ epoch: 1, revision: 2 }, { offVariant: 'nowhere' });

  it('is expected as refused, reported, and not published', async () => {
    const region = createRegion();
    region.putCurrent(broken);
    region.putRevision(broken);
    expect(await region.settle()).toEqual([]);
    expect(region.published()).toEqual([]);
    expect(await region.row(broken)).toMatchObject({ answer: 'open', refusal: 'rules: FH-KILL-01' });
    expect(await region.verification.refusalOf(broken.flagKey, broken)).toBe('rules: FH-KILL-01');
    expect(region.eventsOf('VerifyRequested')).toHaveLength(1);
    expect(region.eventsOf('ChangeRejected')).toMatchObject([
      { region: REGION, detail: { reason: 'rules', violations: [{ ruleId: 'FH-KILL-01' }] } },
    ]);
    expect(region.log.messages('error')).toEqual(['accepted change refused in this region']);
  });

  it('is told apart from another flag’s of the same id', async () => {
    const region = createRegion();
    const other = accepted({ epoch: 1, revision: 2 }, { offVariant: 'nowhere', flagKey: 'checkout.other' });
    region.putRevision(broken);
    region.putRevision(other);
    await region.settle();
    expect(new Set(region.eventsOf('ChangeRejected').map(({ id }) => id)).size).toBe(2);
  });

  it('is tried again for 10 s when its rules are newer than ours, then refused', async () => {
    const region = createRegion();
    const newer = accepted({ epoch: 1, revision: 2 }, { rulesVersion: RULES_VERSION + 1 });
    region.putRevision(newer);
    region.putCurrent(newer);
    const records = region.tail.take();
    expect(await region.deliver(records)).toEqual(numbersOf(records));
    expect(await region.row(newer)).toBeUndefined();
    expect(region.log.messages('error')).toEqual([]);
    await region.clock.advance(10_000);
    expect(await region.deliver(records)).toEqual([]);
    expect(await region.row(newer)).toMatchObject({ refusal: 'rules-version' });
    expect(region.published()).toEqual([]);
  });
});

describe('a CURRENT written around the validator', () => {
  const intruder = forged(second, { document: { ...second.document, defaultVariant: 'on' } });

  it('is put back in the home region, and reported', async () => {
    const region = createRegion({ home: true });
    region.putCurrent(second);
    region.putRevision(second);
    await region.settle();
    region.putCurrent(intruder);
    await region.settle();
    expect(await region.flags.current(second.flagKey)).toMatchObject({ envelopeDigest: second.envelopeDigest });
    expect(region.published()).toEqual([2]);
    expect(region.topic.publishedTo(REGION)).toEqual([second]);
    expect(region.eventsOf('ChangeRejected')).toMatchObject([{ detail: { reason: 'not-accepted' } }]);
    expect(region.log.messages('error')).toEqual(['CURRENT was written around the validator']);
  });

  it('is removed in the home region when nothing was ever accepted', async () => {
    const region = createRegion({ home: true });
    region.putCurrent(intruder);
    await region.settle();
    expect(await region.flags.current(second.flagKey)).toBeUndefined();
    expect(region.log.messages('error')).toEqual(['CURRENT was written around the validator']);
  });

  it('is put back when it is an older accepted revision', async () => {
    const region = createRegion({ home: true });
    for (const envelope of [first, second]) {
      region.putCurrent(envelope);
      region.putRevision(envelope);
      await region.settle();
    }
    region.putCurrent(first);
    await region.settle();
    expect(await region.flags.current(first.flagKey)).toMatchObject({ envelopeDigest: second.envelopeDigest });
    expect(region.published()).toEqual([1, 2]);
    expect(region.eventsOf('ChangeRejected')).toMatchObject([{ detail: { reason: 'not-accepted' } }]);
  });

  it('does not take a change back that was accepted since its record was written', async () => {
    const region = createRegion({ home: true });
    region.putCurrent(first);
    region.putRevision(first);
    const records = region.tail.take();
    region.putCurrent(second);
    region.putRevision(second);
    await region.deliver(records);
    expect(await region.flags.current(first.flagKey)).toMatchObject({ envelopeDigest: second.envelopeDigest });
    expect(region.eventsOf('ChangeRejected')).toEqual([]);
  });

  it('goes nowhere in another region while its REVISION may be on the way', async () => {
    const region = createRegion();
    region.putCurrent(intruder);
    await region.settle();
    expect(region.published()).toEqual([]);
    expect(region.bus.published).toEqual([]);
    region.putRevision(second);
    await region.settle();
    expect(region.published()).toEqual([]);
  });

  it('goes nowhere in another region when the REVISION of its order is another one', async () => {
    const region = createRegion();
    region.putRevision(second);
    await region.settle();
    region.putCurrent(intruder);
    await region.settle();
    expect(region.published()).toEqual([]);
  });

  it.each([
    ['breaks a standing rule', forged(second, { offVariant: 'nowhere' }), 'not-accepted'],
    ['was altered after sealing', { ...second, owner: 'mallory' }, 'not-an-envelope'],
    ['is the envelope of another flag', forged(second, {}), 'not-an-envelope'],
  ] as const)('is reported in another region when it %s', async (_name, envelope, reason) => {
    const region = createRegion();
    region.putCurrent(envelope);
    if (reason === 'not-an-envelope' && envelope.owner !== 'mallory') {
      const item = region.table.get(`FLAG#${second.flagKey}`, 'CURRENT');
      if (item === undefined) throw new Error('no item');
      region.tail.take();
      region.table.put({ ...item, pk: 'FLAG#somebody-elses' });
    }
    expect(await region.settle()).toEqual([]);
    expect(region.published()).toEqual([]);
    expect(region.eventsOf('ChangeRejected')).toMatchObject([{ region: REGION, detail: { reason } }]);
  });

  it('is reported once, however often its record comes', async () => {
    const region = createRegion();
    region.table.put({ pk: `FLAG#${'k'.repeat(1_500)}`, sk: 'CURRENT', envelope: '\ud83d junk' });
    const records = region.tail.take();
    await region.deliver(records);
    await region.deliver(records);
    const ids = new Set(region.bus.published.map(({ id }) => id));
    expect(ids.size).toBe(1);
    expect([...ids][0]?.length).toBeLessThan(256);
  });
});

it('a sealed REVISION that nobody accepted is named in home, and nobody is asked to hold it', async () => {
  const region = createRegion({ home: true });
  region.putRevision(first);
  region.putCurrent(first);
  await region.settle();
  region.putRevision(second, { isRecorded: false });
  const records = region.tail.take();
  expect(await region.deliver(records)).toHaveLength(1);
  await region.clock.advance(10_000);
  expect(await region.deliver(records)).toEqual([]);
  expect(await region.row(second)).toBeUndefined();
  expect(region.published()).toEqual([1]);
  expect(region.eventsOf('TamperingFound')).toMatchObject([{ detail: { place: expect.stringContaining('REVISION') } }]);
});

it('a REVISION whose record is still unseen waits for it, and is named nowhere', async () => {
  const region = createRegion({ home: true });
  region.putRevision(second, { isRecorded: false });
  region.putCurrent(second);
  const records = region.tail.take();
  expect(await region.deliver(records)).not.toEqual([]);
  expect(region.eventsOf('TamperingFound')).toEqual([]);
  await region.ports.changes.takeOverRecord(recordOf(second));
  expect(await region.deliver(records)).toEqual([]);
  expect(await region.row(second)).toMatchObject({ answer: 'open' });
  expect(region.eventsOf('VerifyRequested')).toHaveLength(1);
  expect(region.eventsOf('TamperingFound')).toEqual([]);
});

it('a REVISION without a record that is CURRENT is named, and verified all the same', async () => {
  const region = createRegion({ home: true });
  region.putRevision(second, { isRecorded: false });
  region.putCurrent(second);
  const records = region.tail.take();
  await region.clock.advance(10_000);
  expect(await region.deliver(records)).toEqual([]);
  expect(region.eventsOf('TamperingFound')).toHaveLength(1);
  expect(await region.row(second)).toMatchObject({ answer: 'open' });
  expect(region.eventsOf('VerifyRequested')).toHaveLength(1);
});

describe('an accepted item that is removed', () => {
  it('raises the alarm in home, and CURRENT is put back', async () => {
    const region = createRegion({ home: true });
    region.putCurrent(first);
    region.putRevision(first);
    const before = region.table.get(`FLAG#${first.flagKey}`, 'CURRENT');
    await region.settle();
    region.table.delete({ pk: `FLAG#${first.flagKey}`, sk: 'CURRENT' });
    await region.settle();
    expect(region.log.messages('error')).toEqual(['item of flags was removed around the validator']);
    expect(region.table.get(`FLAG#${first.flagKey}`, 'CURRENT')).toEqual(before);
  });

  it('is put back where it is the REVISION of CURRENT', async () => {
    const region = createRegion({ home: true });
    region.putCurrent(first);
    region.putRevision(first);
    await region.settle();
    const key = { pk: `FLAG#${first.flagKey}`, sk: 'REVISION#000001#000000000001' };
    const before = region.table.get(key.pk, key.sk);
    region.table.delete(key);
    await region.settle();
    expect(region.log.messages('error')).toEqual(['item of flags was removed around the validator']);
    expect(region.table.get(key.pk, key.sk)).toEqual(before);
  });

  it('is put back by home alone', async () => {
    const region = createRegion();
    region.putCurrent(first);
    region.putRevision(first);
    await region.settle();
    region.table.delete({ pk: `FLAG#${first.flagKey}`, sk: 'CURRENT' });
    expect(await region.settle()).toEqual([]);
    expect(region.table.get(`FLAG#${first.flagKey}`, 'CURRENT')).toBeUndefined();
    expect(region.log.messages('error')).toEqual([]);
  });

  it('leaves CURRENT alone when it is a revision', async () => {
    const region = createRegion({ home: true });
    region.putCurrent(second);
    region.putRevision(first);
    region.putRevision(second);
    await region.settle();
    region.table.delete({ pk: `FLAG#${first.flagKey}`, sk: 'REVISION#000001#000000000001' });
    const before = region.table.get(`FLAG#${first.flagKey}`, 'CURRENT');
    expect(await region.settle()).toEqual([]);
    expect(region.log.messages('error')).toEqual(['item of flags was removed around the validator']);
    expect(region.table.get(`FLAG#${first.flagKey}`, 'CURRENT')).toEqual(before);
  });
});

it('has nothing to do with KNOWN_GOOD', async () => {
  const region = createRegion();
  region.table.put({ pk: `FLAG#${first.flagKey}`, sk: 'KNOWN_GOOD', epoch: 1, revision: 1 });
  expect(await region.settle()).toEqual([]);
  expect(region.bus.published).toEqual([]);
});

it('what a former home accepted is taken over though the bus is down, and distributed when it is back', async () => {
  const region = createRegion({ home: true });
  const through = createDistributeHandler({
    ...region.ports,
    home: { home: async () => ({ region: REGION, epoch: 2 }) },
  });
  const found = accepted({ epoch: 1, revision: 1 });
  region.putRevision(found, { isRecorded: false });
  region.putCurrent(found);
  region.bus.takeDown();
  const records = region.tail.take();
  expect(await region.deliver(records, through)).not.toEqual([]);
  expect(await region.ports.changes.record(found.flagKey, found)).toMatchObject({ foundInEpoch: 2 });
  region.bus.bringUp();
  expect(await region.deliver(records, through)).toEqual([]);
  expect(region.bus.published.map(({ type }) => type)).toContain('VerifyRequested');
});

describe('after a move of home', () => {
  const evidence = second.evidence as { readonly current: object };
  const kill = accepted({ epoch: 1, revision: 2 }, { kind: 'killed', flagState: 'killed', evidence });
  /** An update of a killed flag, which stays killed. */
  const after = accepted(
    { epoch: 1, revision: 3 },
    {
      flagState: 'killed',
      document: kill.document,
      evidence: { ...evidence, current: { ...evidence.current, revision: 2, flagState: 'killed' } },
    },
  );
  const moved = () => {
    const region = createRegion({ home: true });
    const home = { home: async () => ({ region: REGION, epoch: 2 }) };
    const through = createDistributeHandler({ ...region.ports, home });
    const topology = topologyOf({ home: REGION, regions: [REGION], services: ['cards'] });
    region.table.write(topologyWrite(topology, { actor: 'ada', at: 1, follows: 0 }));
    const settle = async () => {
      for (let records = region.tail.take(); records.length > 0; records = region.tail.take())
        await region.deliver(records, through);
    };
    return { region, settle };
  };

  it.each([
    ['CURRENT', (region: ReturnType<typeof createRegion>) => region.putCurrent(after)],
    ['REVISION', (region: ReturnType<typeof createRegion>) => region.putRevision(after, { isRecorded: false })],
  ])('a kill is carried out again though only the %s of an update after it has come', async (_item, put) => {
    const { region, settle } = moved();
    const here = accepted({ epoch: 2, revision: 2 });
    region.putRevision(here);
    region.putCurrent(here);
    put(region);
    await settle();
    expect(JSON.parse((await region.flags.current(here.flagKey))?.body ?? '{}')).toMatchObject({ flagState: 'killed' });
  });

  it('a live CURRENT of a former home that nobody accepted undoes no kill', async () => {
    const { region, settle } = moved();
    region.putRevision(first);
    region.putRevision(kill);
    region.putCurrent(kill);
    await settle();
    region.putCurrent(accepted({ epoch: 1, revision: 3 }));
    await settle();
    expect(await region.flags.current(kill.flagKey)).toMatchObject({ envelopeDigest: kill.envelopeDigest });
  });
});

it('a kill of a former home is carried out again though of it only CURRENT has come', async () => {
  const region = createRegion({ home: true });
  const epoch = { home: async () => ({ region: REGION, epoch: 2 }) };
  const through = createDistributeHandler({ ...region.ports, home: epoch });
  region.table.write(
    topologyWrite(topologyOf({ home: REGION, regions: [REGION], services: ['cards'] }), {
      actor: 'ada',
      at: 1,
      follows: 0,
    }),
  );
  const here = accepted({ epoch: 2, revision: 2 });
  region.putRevision(here);
  region.putCurrent(here);
  const { evidence } = second;
  region.putCurrent(accepted({ epoch: 1, revision: 2 }, { kind: 'killed', flagState: 'killed', evidence }));
  for (let records = region.tail.take(); records.length > 0; records = region.tail.take())
    await region.deliver(records, through);
  const current = await region.flags.current(second.flagKey);
  expect(current?.order).toEqual({ epoch: 2, revision: 3 });
  expect(region.log.messages('error')).toContain('kill of a former home carried out again');
});

it.each([true, false])(
  'a CURRENT of a later home whose REVISION is on its way is nobody’s where HOME names its epoch: %p',
  async (isNamed) => {
    const region = createRegion({ home: true });
    let now = { region: REGION, epoch: 1 };
    const through = createDistributeHandler({ ...region.ports, home: { home: async () => now } });
    region.putRevision(first);
    region.putCurrent(first);
    await region.deliver(region.tail.take(), through);
    if (isNamed) now = { region: 'us-east-1', epoch: 2 };
    const later = accepted({ epoch: 2, revision: 2 });
    region.putCurrent(later);
    await region.deliver(region.tail.take(), through);
    expect(region.log.messages('error')).toEqual(isNamed ? [] : ['CURRENT was written around the validator']);
    const { envelopeDigest } = isNamed ? later : first;
    expect(await region.flags.current(first.flagKey)).toMatchObject({ envelopeDigest });
  },
);
