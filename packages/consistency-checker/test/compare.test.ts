import { encodeBitmap } from '@flaghoist/core/bitmap';
import { SHADOW_SERVICE } from '@flaghoist/core/canary';
import { changeKeyOf, type Envelope } from '@flaghoist/core/envelope';
import type { EncodedOffers } from '@flaghoist/core/offers';
import { orderOf } from '@flaghoist/core/order';
import { fingerprintOf } from '../lib/workflow.ts';
import { FLAG, Region, revisionOf, SERVICES } from './support/region.ts';

const DEADLINE_MS = 15_000;
const all = encodeBitmap(SERVICES, () => true);

let region: Region;
beforeEach(async () => {
  region = await new Region().ready();
});

const change = revisionOf(2);

/** Expected by all three, held by accounts and statements; payments is as the case has it. */
const payments = async (arrange: () => void | Promise<void>, subject: Envelope = change) => {
  await region.expect(subject);
  for (const service of ['accounts', 'statements']) await region.hold(service, subject);
  await arrange();
};

const verdict = () => region.verdicts().at(-1);

it('is consistent when every cache holds the change and every line was seen', async () => {
  await region.expect(change);
  await region.holdEverywhere(change);
  expect(await region.compareNow([change], { logged: all })).toEqual({ asked: { changeIds: [] }, undecided: [] });
  expect(region.verdicts()).toEqual([
    {
      flagKey: FLAG,
      changeId: change.change.id,
      order: orderOf(change),
      region: 'eu-west-1',
      verdict: 'consistent',
      expected: 3,
      atFault: [],
      degraded: [],
      evidence: { logAndCache: 3, cacheOnly: 0, logOnly: 0 },
      observer: 'scan',
      look: 1,
      seenAt: region.startedAt,
      named: [],
      redises: [],
      offered: { order: orderOf(change), bytes: expect.any(Number) },
      mended: 3,
    },
  ]);
  expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ answer: 'consistent' });
});

it('is consistent without a line: then the log is broken, not the flag', async () => {
  await region.expect(change);
  await region.holdEverywhere(change, { silently: true });
  await region.compareNow([change]);
  expect(verdict()).toMatchObject({ verdict: 'consistent', evidence: { logAndCache: 0, cacheOnly: 3, logOnly: 0 } });
  expect(region.log.lines).toMatchObject([{ level: 'warn', fields: { services: 3 } }]);
});

describe('the verdict table, once 15 s have passed', () => {
  const older = revisionOf(1);
  const justNow = 1_760_000_100_000;
  const later = revisionOf(3, { at: { proposed: justNow, accepted: justNow } });

  const rows: [string, () => void | Promise<void>, string, string | null][] = [
    ['holds this order with this digest', () => region.hold('payments', change), 'consistent', null],
    [
      'holds a later order with that revision’s digest',
      async () => {
        region.know(later);
        await region.hold('payments', later);
      },
      'consistent',
      null,
    ],
    [
      'holds a later order with another digest',
      async () => {
        region.know(later);
        await region.hold('payments', revisionOf(3, { owner: 'somebody-else' }));
      },
      'inconsistent',
      'conflict',
    ],
    [
      'holds a later order that is not known here',
      () => region.hold('payments', later),
      'unknown',
      'later-revision-not-known-here',
    ],
    ['holds an older order', () => region.hold('payments', older), 'inconsistent', 'older'],
    ['holds nothing of the flag', () => undefined, 'inconsistent', 'absent'],
    [
      'holds this order with another digest',
      () => region.hold('payments', revisionOf(2, { owner: 'somebody-else' })),
      'inconsistent',
      'conflict',
    ],
    [
      'holds torn bytes',
      async () => {
        await region.hold('payments', change);
        region.cache.corrupt('payments', FLAG);
      },
      'inconsistent',
      'corrupt',
    ],
    [
      'holds altered bytes',
      async () => {
        await region.hold('payments', change);
        region.cache.corrupt('payments', FLAG, (text) => text.replace('"off"', '"on"'));
      },
      'inconsistent',
      'corrupt',
    ],
    [
      'holds the change without a manifest',
      async () => {
        await region.hold('payments', change);
        region.cache.loseManifest('payments');
      },
      'unknown',
      'no-manifest',
    ],
    ['was lost', () => region.cache.lose('payments'), 'unknown', 'no-manifest'],
    ['cannot be reached', () => region.cache.breakService('payments', 'unreachable'), 'unknown', 'unreachable'],
  ];

  it.each(rows)('a cache that %s', async (_, arrange, expected, reason) => {
    await payments(arrange);
    await region.time.advance(DEADLINE_MS);
    await region.compareNow([change]);
    expect(verdict()).toMatchObject({
      verdict: expected,
      atFault: reason === null ? [] : [{ service: 'payments', reason, evidence: 'none' }],
    });
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ answer: expected });
  });

  it('blames what is wrong, not what cannot be reached beside it', async () => {
    await payments(() => region.cache.breakService('accounts', 'unreachable'));
    await region.time.advance(DEADLINE_MS);
    await region.compareNow([change]);
    expect(verdict()).toMatchObject({
      verdict: 'inconsistent',
      atFault: [
        { service: 'accounts', verdict: 'unknown' },
        { service: 'payments', verdict: 'inconsistent' },
      ],
    });
  });

  it('says that a line was there when the cache has lost the change since', async () => {
    await payments(() => undefined);
    await region.time.advance(DEADLINE_MS);
    await region.compareNow([change], { logged: all });
    expect(verdict()).toMatchObject({
      atFault: [{ service: 'payments', reason: 'absent', evidence: 'log-only' }],
      evidence: { logAndCache: 2, cacheOnly: 0, logOnly: 1 },
    });
  });
});

describe('offers', () => {
  const older = () => region.hold('payments', revisionOf(1));
  const compareAfter = async (offers: EncodedOffers | null) => {
    await payments(older);
    await region.time.advance(DEADLINE_MS);
    return region.compareNow([change], { offers });
  };

  it('that a server refused make a region refusing; the outage is named by its beginning', async () => {
    await compareAfter(region.offered([change], { refused: 'READONLY' }));
    const since = region.time.now();
    const redis = { redis: 'redis-1', outageSince: since, lyingTogether: false };
    expect(verdict()).toMatchObject({
      verdict: 'refusing',
      atFault: [{ service: 'payments', reason: 'refused', error: 'READONLY', redis: 'redis-1' }],
      redises: [redis],
      named: [],
    });
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ answer: 'refusing' });
    await region.verification.reopen([changeKeyOf(change)], 2);
    await region.time.advance(15_000);
    await region.compareNow([change], { offers: region.offered([change], { refused: 'READONLY' }) });
    expect(region.verdicts().at(-1)).toMatchObject({ look: 2, named: ['payments'], redises: [redis] });
  });

  it('that a server refused name all whom it serves: home may not take one of them for well', async () => {
    const narrow = revisionOf(3, { audience: ['payments'] });
    await region.expect(narrow);
    await region.time.advance(DEADLINE_MS);
    await region.compareNow([narrow], { offers: region.offered([narrow], { refused: 'READONLY' }) });
    expect(verdict()).toMatchObject({ expected: 1, redises: [{ redis: 'redis-1', serves: [...SERVICES] }] });
  });

  it('that nobody answered make it unknown', async () => {
    await compareAfter(region.offered([change], 'silent'));
    expect(verdict()).toMatchObject({ verdict: 'unknown', atFault: [{ reason: 'no-answer' }] });
    // Of its Redis, though: it is named when many are left unanswered.
    const { writesFailed, outage } = await region.verification.redisNotes('redis-1', region.time.now(), 600_000);
    expect({ writesFailed, outage }).toEqual({ writesFailed: 1, outage: null });
  });

  it('that died make it unknown: nobody is found behind who was not offered the change', async () => {
    await compareAfter({ Error: 'States.Timeout' } as unknown as EncodedOffers);
    expect(verdict()).toMatchObject({ verdict: 'unknown', atFault: [{ reason: 'older', offered: false }] });
  });

  it('that were not made, because the change was not due at the scan, leave it for the next round', async () => {
    const { undecided } = await compareAfter(null);
    expect(undecided).toEqual([fingerprintOf(changeKeyOf(change))]);
    expect(region.verdicts()).toEqual([]);
  });
});

describe('before the deadline', () => {
  it.each([
    ['older', () => region.hold('payments', revisionOf(1))],
    ['lost', () => region.cache.lose('payments')],
    ['unreachable', () => region.cache.breakService('payments', 'unreachable')],
  ])('a cache that is %s is no answer yet', async (_, arrange) => {
    await payments(arrange);
    await region.time.advance(DEADLINE_MS - 1);
    expect(await region.compareNow([change], { logged: all })).toEqual({
      asked: { changeIds: [] },
      undecided: [fingerprintOf(changeKeyOf(change))],
    });
    expect(region.verdicts()).toEqual([]);
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ answer: 'open' });
  });

  it('forgets what waited once it is answered', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    const ripe = [{ key: changeKeyOf(change), logged: all }];
    const undecided = [fingerprintOf(changeKeyOf(change)), 'another'];
    const scanned = { topologyVersion: 1, scannedAt: region.time.now() };
    expect(await region.compare({ ripe, ...scanned, undecided, offers: null })).toMatchObject({
      undecided: ['another'],
    });
  });
});

describe('a revert', () => {
  const reverted = revisionOf(3, { kind: 'rolled-back' });

  it('counts as held where the same document is already there', async () => {
    await payments(() => region.hold('payments', change), reverted);
    await region.compareNow([reverted]);
    expect(verdict()).toMatchObject({ verdict: 'consistent', evidence: { cacheOnly: 3 } });
  });

  it('does not count a tombstone as the document that it came with', async () => {
    const left = revisionOf(2, { audience: ['accounts', 'statements'], departed: ['payments'] });
    await payments(() => region.hold('payments', left), reverted);
    await region.time.advance(DEADLINE_MS);
    await region.compareNow([reverted]);
    expect(verdict()).toMatchObject({ verdict: 'inconsistent', atFault: [{ service: 'payments' }] });
  });
});

describe('a change that this region refuses', () => {
  it('is inconsistent at once, whatever the caches hold', async () => {
    await region.expect(change, { refusal: 'FH-DOC-01' });
    await region.holdEverywhere(change);
    await region.compareNow([change], { logged: all });
    expect(verdict()).toMatchObject({
      verdict: 'inconsistent',
      degraded: [],
      atFault: SERVICES.map((service) => ({ service, reason: 'refused-by-region' })),
    });
  });

  it('makes no cache degraded', async () => {
    const changes = [revisionOf(2), revisionOf(3), revisionOf(4)];
    for (const each of changes) await region.expect(each, { refusal: 'FH-DOC-01' });
    await region.compareNow(changes);
    expect(region.verdicts().map(({ degraded }) => degraded)).toEqual([[], [], []]);
    expect(region.eventsOf('CacheDegraded')).toEqual([]);
  });
});

describe('a look that begins before the deadline and ends after it', () => {
  const atTheDeadline = async (): Promise<void> => {
    await region.time.advance(DEADLINE_MS - 100);
    const inspect = region.cache.inspect.bind(region.cache);
    region.cache.inspect = async (...given) => {
      const seen = await inspect(...given);
      await region.time.sleep(200);
      return seen;
    };
  };

  it.each<[string, () => void]>([
    ['is out of reach', () => region.cache.breakService('payments', 'unreachable')],
    ['lacks the change', () => undefined],
  ])('is no answer when a cache %s: it was seen in time, and is looked at once more', async (_, arrange) => {
    await payments(arrange);
    await atTheDeadline();
    expect(await region.compareNow([change])).toMatchObject({ undecided: [fingerprintOf(changeKeyOf(change))] });
    expect(region.verdicts()).toEqual([]);
    expect(await region.verification.row(changeKeyOf(change))).toMatchObject({ answer: 'open' });
  });

  it('answers as of its beginning when every cache holds the change', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    await atTheDeadline();
    await region.compareNow([change]);
    expect(region.verdicts()).toMatchObject([{ verdict: 'consistent', seenAt: region.startedAt + DEADLINE_MS - 100 }]);
  });
});

describe('a cache that fails several changes', () => {
  const flags = Array.from({ length: 30 }, (_, index) => revisionOf(2, { flagKey: `flag-${index}` }));

  const failAll = async (changes: readonly Envelope[]) => {
    for (const each of changes) {
      await region.expect(each);
      for (const service of ['accounts', 'statements']) await region.hold(service, each);
    }
    await region.time.advance(DEADLINE_MS);
    await region.compareNow(changes);
  };

  it('is not degraded by the first', async () => {
    await failAll(flags.slice(0, 1));
    expect(verdict()).toMatchObject({ verdict: 'inconsistent', degraded: [] });
    expect(region.eventsOf('CacheDegraded')).toEqual([]);
  });

  it('is degraded for all of them when they fail together', async () => {
    await failAll(flags);
    expect(region.verdicts()).toHaveLength(30);
    for (const { degraded } of region.verdicts()) expect(degraded).toEqual(['payments']);
    expect(region.eventsOf('CacheDegraded')).toMatchObject([{ region: 'eu-west-1', service: 'payments' }]);
    expect(region.log.messages('error')).toEqual(['caches fail several changes']);
  });

  it('is the canary’s on purpose, and never degraded', async () => {
    region = await new Region({ services: [...SERVICES, SHADOW_SERVICE] }).ready();
    const probes = ['one', 'two', 'three'].map((flagKey) => revisionOf(2, { flagKey, audience: [SHADOW_SERVICE] }));
    for (const probe of probes) await region.expect(probe);
    await region.time.advance(DEADLINE_MS);
    await region.compareNow(probes);
    expect(region.verdicts().map(({ verdict, degraded }) => [verdict, degraded])).toEqual(
      probes.map(() => ['inconsistent', []]),
    );
    expect(region.eventsOf('CacheDegraded')).toEqual([]);
  });

  it('takes back at most one when they fail one after another', async () => {
    for (const each of flags.slice(0, 5)) await failAll([each]);
    expect(region.verdicts().filter(({ degraded }) => degraded.length === 0)).toHaveLength(1);
  });

  it('is itself again ten minutes later', async () => {
    await failAll(flags.slice(0, 1));
    await region.time.advance(600_000);
    await failAll(flags.slice(1, 2));
    expect(verdict()).toMatchObject({ degraded: [] });
  });

  it('does not become degraded by the same change, asked twice', async () => {
    await failAll(flags.slice(0, 1));
    const [first] = flags;
    if (first === undefined) throw new Error('no flag');
    await region.verification.recordFailure('payments', changeKeyOf(first), region.time.now(), 600_000);
    await failAll(flags.slice(0, 1));
    expect(region.eventsOf('CacheDegraded')).toEqual([]);
  });

  it('becomes degraded by two changes that two authors have given one id', async () => {
    const ofTwo = ['one', 'two'].map((flagKey) =>
      revisionOf(2, { flagKey, change: { ...change.change, id: 'the-same-id' } }),
    );
    await failAll(ofTwo);
    expect(region.eventsOf('CacheDegraded')).toMatchObject([
      { service: 'payments', changeIds: ['the-same-id', 'the-same-id'] },
    ]);
  });

  it('leaves the change to others that fail it for the first time', async () => {
    await failAll(flags.slice(0, 2));
    const third = revisionOf(2, { flagKey: 'third' });
    await region.expect(third);
    await region.hold('accounts', third);
    await region.time.advance(DEADLINE_MS);
    await region.compareNow([third]);
    expect(verdict()).toMatchObject({
      atFault: [{ service: 'payments' }, { service: 'statements' }],
      degraded: ['payments'],
    });
  });
});

it('answers unknown when the topology of the change is not known here by the deadline', async () => {
  await region.expect(change, { topologyVersion: 9 });
  await region.holdEverywhere(change);
  expect(await region.compareNow([change])).toMatchObject({ undecided: [fingerprintOf(changeKeyOf(change))] });
  await region.time.advance(DEADLINE_MS);
  await region.compareNow([change]);
  expect(verdict()).toMatchObject({ verdict: 'unknown', expected: 0 });
});

it('does not answer twice', async () => {
  await region.expect(change);
  await region.holdEverywhere(change);
  await region.verification.answer({ ...changeKeyOf(change), look: 1 }, 'consistent');
  await region.compareNow([change, revisionOf(8)]);
  expect(region.bus.published).toEqual([]);
});

it('answers again under the same id when it failed before it could note the answer', async () => {
  await region.expect(change);
  await region.holdEverywhere(change);
  const { answer } = region.verification;
  region.verification.answer = () => Promise.reject(new Error('table out of reach'));
  await expect(region.compareNow([change])).rejects.toThrow('table out of reach');
  region.verification.answer = answer;
  await region.compareNow([change]);
  const ids = region.bus.published.map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
});

it('reads each flag of each cache once, however many changes of it are ripe', async () => {
  const changes = [revisionOf(2), revisionOf(3), revisionOf(2, { flagKey: 'other' })];
  for (const each of changes) {
    await region.expect(each);
    await region.holdEverywhere(each);
  }
  const looks: (readonly string[])[] = [];
  const { inspect } = region.cache;
  region.cache.inspect = (services, flagKeys) => {
    looks.push(flagKeys);
    return inspect.call(region.cache, services, flagKeys);
  };
  await region.compareNow(changes, { logged: all });
  expect(looks).toEqual([[FLAG, 'other']]);
  expect(region.verdicts().map((each) => each.verdict)).toEqual(['consistent', 'consistent', 'consistent']);
});

describe('what instances claim', () => {
  const claim = (instance: string, over: object = {}) =>
    region.cache.feedOf('payments').claim(
      instance,
      JSON.stringify({
        ...{ sequence: region.cache.snapshot('payments').sequence, digest: 'd', at: region.startedAt },
        ...{ seenAt: region.startedAt, streams: 0, evaluator: 'it', refused: [], ...over },
      }),
    );

  it('stands beside the verdict, with those that are behind, and changes nothing in it', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    await claim('task-1');
    await claim('task-2', { sequence: 0, seenAt: region.startedAt - 41_000 });
    await claim('dead', { sequence: 0, at: region.startedAt - 20_000 });
    await claim('liar', { sequence: 'all' });
    await region.compareNow([change], { logged: all });
    expect(verdict()).toMatchObject({
      verdict: 'consistent',
      instances: { alive: 2, holding: 1, behind: [{ service: 'payments', instance: 'task-2', behindMs: 41_000 }] },
    });
  });

  it.each([
    ['cannot be read', () => Promise.reject(new Error('away'))],
    ['does not come', () => new Promise<never>(() => {})],
  ])('is left out where it %s, and the verdict waits for it no longer', async (_, instances) => {
    await region.expect(change);
    await region.holdEverywhere(change);
    await claim('task-1');
    region.cache.instances = instances;
    await region.compareNow([change], { logged: all });
    expect(verdict()).toMatchObject({ verdict: 'consistent' });
    expect(verdict()).not.toHaveProperty('instances');
    expect(region.log.messages('warn')).toContain('claims of instances not read, the verdict goes without them');
  });

  it('is left out where no instance is alive', async () => {
    await region.expect(change);
    await region.holdEverywhere(change);
    await region.compareNow([change], { logged: all });
    expect(verdict()).not.toHaveProperty('instances');
  });
});
