import { CANARY_AUTHOR, CANARY_FLAG } from '@flaghoist/core/canary';
import { changeKeyOf, type Envelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import { orderOf } from '@flaghoist/core/order';
import { revisionItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { refusalSk, revisionSk } from '@flaghoist/core/storage/keys';
import { FLAG, Region, revisionOf, SERVICES, topology } from './support/region.ts';

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
});

/** Accepted, expected, and held by every cache. */
const spread = async (revision: ReturnType<typeof revisionOf>) => {
  region.accept(revision);
  await region.expect(revision);
  for (const service of SERVICES) await region.apply(service, revision);
  region.lines.length = 0;
  return revision;
};

const settle = () => region.time.advance(20_000);

it('finds nothing to do where caches hold CURRENT', async () => {
  await spread(revisionOf(2));
  await settle();
  expect(await region.reconcile()).toEqual({
    checked: 2,
    repaired: 0,
    clean: ['accounts', 'payments'],
    unexplained: 0,
  });
  expect(region.lines).toEqual([]);
  expect(region.eventsOf('CacheRepaired')).toEqual([]);
});

it.each([
  ['a corrupt field', (key: string) => region.cache.corrupt('payments', key)],
  ['an altered field', (key: string) => region.cache.corrupt('payments', key, (text) => text.replace('off', 'on'))],
])('heals %s', async (_, harm) => {
  const change = await spread(revisionOf(2));
  harm(FLAG);
  await settle();
  expect(await region.reconcile()).toMatchObject({ repaired: 1, clean: ['accounts'] });
  expect(region.cache.peek('payments', FLAG).stored).toBe(serialiseEnvelope(change));
  expect(region.lines).toMatchObject([{ service: 'payments', outcome: 'repaired', heldDigest: change.envelopeDigest }]);
  expect(region.eventsOf('CacheRepaired')).toMatchObject([{ detail: { service: 'payments', flagKeys: [FLAG] } }]);
  expect(await region.reconcile()).toMatchObject({ repaired: 0, clean: ['accounts', 'payments'] });
});

it('leaves a change of the canary alone until the checker has looked: it is wrong on purpose', async () => {
  const { change } = revisionOf(2);
  const author = { author: CANARY_AUTHOR, proposedDigest: '0'.repeat(64) };
  await spread(revisionOf(2, { flagKey: CANARY_FLAG, change: { ...change, ...author } }));
  region.cache.corrupt('payments', CANARY_FLAG);
  await settle();
  expect(await region.reconcile()).toMatchObject({ repaired: 0 });
  await region.time.advance(40_000);
  expect(await region.reconcile()).toMatchObject({ repaired: 1 });
});

it('mends every cache and writes every row that is missing while the bus is down', async () => {
  const change = await spread(revisionOf(2));
  await settle();
  const unexpected = region.accept(revisionOf(1, { flagKey: 'unexpected' }));
  for (const service of ['accounts', 'payments']) region.cache.corrupt(service, FLAG);
  region.bus.takeDown();
  await expect(region.reconcile()).rejects.toThrow('event bus');
  for (const service of ['accounts', 'payments'])
    expect(region.cache.peek(service, FLAG).stored).toBe(serialiseEnvelope(change));
  expect(await region.verification.row(changeKeyOf(unexpected))).toBeDefined();
});

it('replaces an equal order with another digest', async () => {
  await region.apply('payments', revisionOf(2, { owner: 'somebody-else' }));
  const change = region.accept(revisionOf(2));
  await region.apply('accounts', change);
  await region.expect(change);
  await settle();
  await region.reconcile();
  expect(region.cache.peek('payments', FLAG).held?.digest).toBe(change.envelopeDigest);
});

it('brings an older cache up to CURRENT', async () => {
  await spread(revisionOf(2));
  const newer = region.accept(revisionOf(3));
  await region.expect(newer);
  await settle();
  expect(await region.reconcile()).toMatchObject({ repaired: 2 });
  expect(region.cache.peek('payments', FLAG).held?.order).toEqual(orderOf(newer));
});

it('never lowers an order', async () => {
  await spread(revisionOf(3));
  region.current(revisionOf(2));
  await settle();
  // A cache that is ahead of a merged replica is no difference either.
  expect(await region.reconcile()).toMatchObject({ repaired: 0, clean: ['accounts', 'payments'] });
  expect(region.cache.peek('payments', FLAG).held?.order.revision).toBe(3);
});

it('never lowers an order that arrives while it looks', async () => {
  await spread(revisionOf(2));
  region.accept(revisionOf(3));
  await settle();
  const { contents } = region.cache;
  region.cache.contents = async (service) => {
    const seen = await contents.call(region.cache, service);
    await region.cache.apply(service, {
      flagKey: FLAG,
      incoming: { order: { epoch: 1, revision: 4 }, digest: 'd', documentDigest: 'd', tombstone: true },
      body: null,
      repair: false,
      passesFull: false,
    });
    return seen;
  };
  expect(await region.reconcile()).toMatchObject({ repaired: 0 });
  expect(region.cache.peek('payments', FLAG).held?.order.revision).toBe(4);
});

it('leaves a change alone for 20 s after it was expected', async () => {
  await spread(revisionOf(2));
  await settle();
  const newer = region.accept(revisionOf(3));
  await region.expect(newer);
  await region.time.advance(19_999);
  expect(await region.reconcile()).toMatchObject({ repaired: 0, clean: [] });
  await region.time.advance(1);
  expect(await region.reconcile()).toMatchObject({ repaired: 2 });
});

it('counts from acceptance where the region has no row', async () => {
  region.accept(revisionOf(2, { at: { proposed: 0, accepted: region.time.now() } }));
  expect(await region.reconcile()).toMatchObject({ repaired: 0 });
  await settle();
  expect(await region.reconcile()).toMatchObject({ repaired: 2 });
});

it('does not load what its region refused, nor what was written around the validator', async () => {
  const refused = region.accept(revisionOf(2, { flagKey: 'a' }));
  await region.expect(refused, { refusal: 'FH-DOC-01' });
  region.current(revisionOf(9, { flagKey: 'b' }));
  region.accept(revisionOf(2, { flagKey: 'c', document: { state: 'ENABLED', variants: {}, defaultVariant: 'gone' } }));
  await settle();
  expect(await region.reconcile()).toMatchObject({ repaired: 0 });
  expect(['a', 'b', 'c'].map((key) => region.cache.peek('payments', key).held)).toEqual([null, null, null]);
});

it('tombstones a live field of a service outside the audience', async () => {
  await spread(revisionOf(2));
  const narrowed = region.accept(revisionOf(3, { audience: ['accounts'], departed: [] }));
  await region.expect(narrowed);
  await settle();
  await region.reconcile();
  expect(region.cache.peek('payments', FLAG)).toMatchObject({ held: { tombstone: true }, stored: null });
});

it('tombstones a field that has lost what it was compared by', async () => {
  await spread(revisionOf(2));
  const { manifest, fields, sequence } = region.cache.snapshot('payments');
  region.cache.restore('payments', { manifest, fields, sequence, held: new Map() });
  await region.expect(region.accept(revisionOf(3, { audience: ['accounts'] })));
  await settle();
  await region.reconcile();
  expect(region.cache.peek('payments', FLAG)).toMatchObject({ held: { tombstone: true }, stored: null });
});

it('tombstones a field that somebody else wrote under the order of a goodbye', async () => {
  const narrowed = region.accept(revisionOf(3, { audience: ['accounts'] }));
  await region.expect(narrowed);
  await region.cache.apply('payments', {
    flagKey: FLAG,
    incoming: heldOf('accounts', narrowed),
    body: serialiseEnvelope(narrowed),
    repair: false,
    passesFull: false,
  });
  await settle();
  await region.reconcile();
  expect(region.cache.peek('payments', FLAG)).toMatchObject({ held: { tombstone: true }, stored: null });
});

it('asks for a full load of a cache without a manifest and writes nothing into it', async () => {
  await spread(revisionOf(2));
  region.cache.lose('payments');
  await settle();
  expect(await region.reconcile()).toMatchObject({ checked: 2, repaired: 0, clean: ['accounts'] });
  expect(region.loads.requested).toEqual(['payments']);
  expect(region.cache.peek('payments', FLAG).held).toBeNull();
});

it.each(['unreachable', 'read-only'] as const)('mends the others beside a cache that is %s', async (fault) => {
  await spread(revisionOf(2));
  region.cache.corrupt('accounts', FLAG);
  region.cache.corrupt('payments', FLAG);
  region.cache.breakService('accounts', fault);
  await settle();
  expect(await region.reconcile()).toMatchObject({ checked: 1, repaired: 1 });
  expect(region.eventsOf('CacheRepaired')).toMatchObject([{ detail: { service: 'payments' } }]);
});

describe('what it cannot explain', () => {
  const reports = () => region.log.lines.filter(({ level }) => level === 'error');

  it('reports a live field of a flag without CURRENT, and leaves it', async () => {
    await region.apply('payments', revisionOf(2, { flagKey: 'ghost' }));
    await settle();
    expect(await region.reconcile()).toMatchObject({ repaired: 0, unexplained: 1, clean: ['accounts'] });
    expect(reports()).toMatchObject([{ fields: { fields: [{ service: 'payments', flagKey: 'ghost' }] } }]);
    expect(region.cache.peek('payments', 'ghost').stored).not.toBeNull();
  });

  it('waits for replication: the fast path is faster', async () => {
    const at = { proposed: 0, accepted: region.time.now() };
    await region.apply('payments', revisionOf(2, { flagKey: 'young', at }));
    expect(await region.reconcile()).toMatchObject({ unexplained: 0 });
    await region.time.advance(60_000);
    expect(await region.reconcile()).toMatchObject({ unexplained: 1 });
  });

  it('explains a later order by its REVISION', async () => {
    await spread(revisionOf(3));
    region.current(revisionOf(2));
    expect(await region.reconcile()).toMatchObject({ unexplained: 0 });
    await region.apply('payments', revisionOf(7));
    expect(await region.reconcile()).toMatchObject({ unexplained: 1 });
  });
});

describe('proving', () => {
  it('sends a consistent verdict for an unproven change that all caches of the region hold', async () => {
    const change = await spread(revisionOf(2));
    await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'unknown');
    await settle();
    await region.reconcile();
    expect(region.eventsOf('RegionVerdict')).toMatchObject([
      {
        detail: {
          changeId: change.change.id,
          order: orderOf(change),
          verdict: 'consistent',
          expected: 3,
          atFault: [],
          observer: 'reconciler',
        },
      },
    ]);
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ answer: 'consistent' });
    region.forgetEvents();
    await region.reconcile();
    expect(region.eventsOf('RegionVerdict')).toEqual([]);
  });

  it('looks at all cells: statements is in another one', async () => {
    const change = region.accept(revisionOf(2));
    await region.expect(change);
    for (const service of ['accounts', 'payments']) await region.apply(service, change);
    await settle();
    await region.reconcile('cell-1');
    expect(region.eventsOf('RegionVerdict')).toEqual([]);
    await region.reconcile('cell-2');
    expect(region.eventsOf('RegionVerdict')).toHaveLength(1);
  });

  it('proves an earlier change by a later one', async () => {
    const earlier = region.accept(revisionOf(2));
    await region.expect(earlier);
    await spread(revisionOf(3));
    await settle();
    await region.reconcile();
    expect(region.eventsOf('RegionVerdict')).toHaveLength(2);
  });

  it('does not expect services that have left meanwhile', async () => {
    const change = region.accept(revisionOf(2));
    await region.expect(change);
    for (const service of ['accounts', 'payments']) await region.apply(service, change);
    region.topology.publish({
      ...topology,
      version: 2,
      services: topology.services.map((service) =>
        service.name === 'statements' ? { ...service, state: 'draining' } : service,
      ),
    });
    await settle();
    await region.reconcile();
    expect(region.eventsOf('RegionVerdict')).toMatchObject([{ detail: { expected: 2 } }]);
  });

  it('proves nothing young, refused, or of a topology that is not known here', async () => {
    await spread(revisionOf(2, { flagKey: 'young' }));
    await region.reconcile();
    const refused = revisionOf(2, { flagKey: 'refused' });
    await region.expect(refused, { refusal: 'FH-DOC-01' });
    const ahead = revisionOf(2, { flagKey: 'ahead' });
    await region.expect(ahead, { topologyVersion: 9 });
    for (const service of SERVICES) await region.apply(service, refused, ahead);
    expect(region.eventsOf('RegionVerdict')).toEqual([]);
    await settle();
    await region.reconcile();
    expect(region.eventsOf('RegionVerdict')).toMatchObject([{ detail: { flagKey: 'young' } }]);
  });
});

describe('rows that were never written', () => {
  const DAY_MS = 86_400_000;
  const at = (accepted: number) => ({ at: { proposed: accepted, accepted } });

  it('are written for CURRENT and for what came before it, and proven once the caches hold it', async () => {
    const accepted = region.time.now();
    const earlier = region.accept(revisionOf(1, at(accepted)));
    const change = region.accept(revisionOf(2, at(accepted)));
    for (const service of SERVICES) await region.apply(service, change);
    const reconcile = region.reconciler();
    await reconcile();
    // Its stream record may still be on its way.
    expect(await region.verification.row(changeKeyOf(change))).toBeUndefined();

    await region.time.advance(60_000);
    await reconcile();
    for (const each of [earlier, change]) {
      expect(await region.verification.row(changeKeyOf(each))).toMatchObject({
        expectedAt: accepted + 60_000,
        answer: 'open',
        topologyVersion: each.topologyVersion,
      });
    }
    expect(region.log.messages('warn')).toEqual(['expectation rows were missing']);
    await settle();
    await region.reconcile();
    expect(region.eventsOf('RegionVerdict')).toHaveLength(2);
  });

  it('are written with the refusal of this region, which proves nothing', async () => {
    const change = region.accept(revisionOf(2, at(region.time.now())));
    const { pk, sk } = { pk: `FLAG#${change.flagKey}`, sk: refusalSk(orderOf(change)) };
    region.verification.writeForeign({ pk, sk, refusal: 'FH-DOC-01' });
    await region.time.advance(60_000);
    await region.reconcile();
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ refusal: 'FH-DOC-01' });
  });

  it('are not looked for again once they are there', async () => {
    region.accept(revisionOf(1, at(region.time.now())));
    const change = region.accept(revisionOf(2, at(region.time.now())));
    await region.time.advance(60_000);
    const reconcile = region.reconciler();
    await reconcile();
    const row = region.verification.row.bind(region.verification);
    let looked = 0;
    region.verification.row = (key) => {
      looked += 1;
      return row(key);
    };
    await reconcile();
    expect(looked).toBe(0);
    expect(await row(changeKeyOf(change))).toMatchObject({ answer: 'open' });
  });

  it('are found behind the move of a home: its revisions go on counting in the next epoch', async () => {
    const earlier = region.accept(revisionOf(1, at(region.time.now())));
    region.accept(revisionOf(2, { ...at(region.time.now()), epoch: 3 }));
    await region.time.advance(60_000);
    await region.reconcile();
    expect(await region.verification.row(changeKeyOf(earlier))).toMatchObject({ answer: 'open' });
  });

  it('are found behind a revision that was altered, which has none', async () => {
    const now = at(region.time.now());
    const earlier = region.accept(revisionOf(1, now));
    const altered = region.accept(revisionOf(2, now));
    region.accept(revisionOf(3, now));
    const sk = revisionSk(altered);
    const item = region.flagsTable.get(`FLAG#${altered.flagKey}`, sk);
    if (item === undefined) throw new Error('there is no revision');
    region.flagsTable.put({ ...item, envelope: serialiseEnvelope({ ...altered, owner: 'somebody-else' }) });
    await region.time.advance(60_000);
    await region.reconcile();
    expect(await region.verification.row(changeKeyOf(earlier))).toMatchObject({ answer: 'open' });
    expect(await region.verification.row(changeKeyOf(altered))).toBeUndefined();
  });

  it.each([
    ['unreadable', () => 'not json'],
    ['a later one, of a time to come', (_: Envelope, next: Envelope) => JSON.stringify({ ...next, ...at(9e15) })],
    ['of an epoch that never was', (own: Envelope) => JSON.stringify({ ...own, epoch: 900_000 })],
    ['of another flag', (own: Envelope) => JSON.stringify({ ...own, flagKey: 'another' })],
  ])('are found behind a revision that says it is %s, and the walk ends', async (_what, says) => {
    const now = at(region.time.now());
    const earlier = region.accept(revisionOf(1, now));
    const altered = region.accept(revisionOf(2, now));
    const newest = region.accept(revisionOf(3, now));
    region.flagsTable.put({ ...revisionItem(storedOf(altered)), envelope: says(altered, newest) });
    await region.time.advance(60_000);
    const revision = region.flags.revision.bind(region.flags);
    const reads = jest.spyOn(region.flags, 'revision').mockImplementation((...place) => {
      if (reads.mock.calls.length > 100) throw new Error('the walk does not end');
      return revision(...place);
    });
    await region.reconcile();
    expect(await region.verification.row(changeKeyOf(earlier))).toMatchObject({ answer: 'open' });
    expect(await region.verification.row(changeKeyOf(altered))).toBeUndefined();
  });

  it('do not come to life again when they have expired', async () => {
    const change = region.accept(revisionOf(2, at(region.time.now())));
    await region.time.advance(14 * DAY_MS);
    await region.reconcile();
    expect(await region.verification.row(changeKeyOf(change))).toBeUndefined();
  });

  it('of another region are not its business', async () => {
    const change = region.accept(revisionOf(2, { ...at(region.time.now()), regions: ['sa-east-1'] }));
    await region.time.advance(60_000);
    await region.reconcile();
    expect(await region.verification.row(changeKeyOf(change))).toBeUndefined();
  });
});

it('refuses a schedule that names no cell', async () => {
  await expect(region.reconcile('')).rejects.toMatchObject({ code: 'FH_INVALID_INPUT' });
});

it('tells agents of the evaluator that the topology names, once', async () => {
  await spread(revisionOf(2));
  await settle();
  const told = () => [region.cache.snapshot('payments').manifest, region.cache.snapshot('payments').sequence] as const;
  const [before, sequence] = told();
  await region.reconcile();
  expect(told()).toEqual([before, sequence]);
  const evaluator = { version: '4.1.0', bucketing: 'v2' as const };
  region.topology.publish({ ...topology, version: 2, evaluator });
  await region.reconcile();
  const after = [{ ...before, topologyVersion: 2, evaluator }, sequence + 1];
  expect(told()).toEqual(after);
  await region.reconcile();
  expect(told()).toEqual(after);
});

describe('what instances claim', () => {
  const claim = (instance: string, over: object = {}) =>
    region.cache.feedOf('payments').claim(
      instance,
      JSON.stringify({
        ...{ sequence: region.cache.snapshot('payments').sequence, digest: 'd', at: region.time.now() },
        ...{ seenAt: region.time.now(), streams: 0, evaluator: 'it', refused: [], ...over },
      }),
    );
  const instances = () => [...region.cache.claims('payments').keys()];

  it('is forgotten after an hour, or when it is no claim, and who is behind is named', async () => {
    await spread(revisionOf(2));
    await settle();
    await claim('new', { sequence: 0 });
    await claim('old', { at: region.time.now() - 3_600_001 });
    await claim('torn', { at: 'then' });
    expect(await region.reconcile()).toMatchObject({ repaired: 0, clean: ['accounts', 'payments'] });
    expect(instances()).toEqual(['new']);
    expect(region.log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'instances are behind their cache' }),
    );
  });

  it('shows who lacks an evaluator, of those who are alive, and which caches do not say', async () => {
    await spread(revisionOf(2));
    await settle();
    const evaluator = { version: '4.1.0', bucketing: 'v2' as const };
    await claim('carries', { carries: [{ version: '4.0.1', bucketing: 'v2' }, evaluator] });
    await claim('lacks', { carries: [{ version: '4.0.1', bucketing: 'v2' }] });
    await claim('other-buckets', { carries: [{ ...evaluator, bucketing: 'v3' }] });
    await claim('older-agent');
    await claim('dead', { at: region.time.now() - 15_001 });
    region.cache.breakService('accounts', 'unreachable');
    expect(await region.reconcile('cell-1', evaluator)).toMatchObject({
      lacking: {
        instances: ['lacks', 'other-buckets', 'older-agent'].map((instance) => ({ service: 'payments', instance })),
        silent: ['accounts'],
      },
    });
  });

  it('keeps no cache from being well that does not let it be forgotten', async () => {
    await spread(revisionOf(2));
    await settle();
    await claim('old', { at: region.time.now() - 3_600_001 });
    region.cache.breakService('payments', 'read-only');
    expect(await region.reconcile()).toMatchObject({ clean: ['accounts', 'payments'] });
    expect(instances()).toEqual(['old']);
  });
});
