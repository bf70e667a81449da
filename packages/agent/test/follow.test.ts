import type { Held } from '@flaghoist/core/compare-and-set';
import { serialiseEnvelope } from '@flaghoist/core/envelope';
import { heldOf } from '@flaghoist/core/held';
import type { CachedFlag } from '@flaghoist/core/ports/service-cache';
import type { ServiceFeed } from '@flaghoist/core/ports/service-feed';
import { envelopeOf } from '@flaghoist/test-kit/envelope';
import fc from 'fast-check';
import { FlagSet } from '../lib/flag-set.ts';
import { Follower } from '../lib/follower.ts';
import { Freshness } from '../lib/freshness.ts';
import { createService, SERVICE, says } from './support/service.ts';

const valueIn = (flags: FlagSet, key = 'checkout') => flags.served(key)?.flag.variants.get('it');
const settled = () => new Promise((resolve) => process.nextTick(resolve));

it('serves what the cache has at the start, and each change at once', async () => {
  const { agent, write, load } = createService();
  await write(says(1));
  await load();
  await agent.start();
  expect(valueIn(agent.flags)).toBe(1);
  await write({ revision: 2, ...says(2) });
  await settled();
  expect(valueIn(agent.flags)).toBe(2);
  await write({ revision: 3, document: null });
  await settled();
  expect(agent.flags.served('checkout')).toBeUndefined();
  expect(agent.follower.rereads).toBe(0);
});

/** A feed whose messages get lost while `deaf`. */
const lossy = (feed: ServiceFeed) => {
  const loss = { deaf: false };
  const follow: ServiceFeed['follow'] = (follower) =>
    feed.follow({ ...follower, heard: (news) => (loss.deaf ? undefined : follower.heard(news)) });
  return { loss, feed: { ...feed, follow } };
};

const createFollowed = () => {
  const service = createService();
  const { loss, feed } = lossy(service.cache.feedOf(SERVICE));
  const flags = new FlagSet();
  const freshness = new Freshness(service.clock);
  const follower = new Follower({ feed, flags, freshness, clock: service.clock, log: service.log });
  return { ...service, loss, feed, flags, freshness, follower };
};

it('sees by the sequence what no message told, at the next look or the next message', async () => {
  const { loss, flags, follower, write, load } = createFollowed();
  await load();
  await follower.look();
  loss.deaf = true;
  await write(says('unheard'));
  await settled();
  expect(valueIn(flags)).toBeUndefined();
  await follower.look();
  expect(valueIn(flags)).toBe('unheard');

  await write({ flagKey: 'search', ...says('unheard too') });
  loss.deaf = false;
  await write({ revision: 2, ...says('heard') });
  await settled();
  expect([valueIn(flags), valueIn(flags, 'search')]).toEqual(['heard', 'unheard too']);
});

it('reads once and not at every look while nothing happens', async () => {
  const { follower, write, load } = createFollowed();
  await write(says(1));
  await load();
  for (let look = 0; look < 5; look += 1) await follower.look();
  expect(follower.rereads).toBe(0);
});

it('misses nothing that is written between subscribing and reading', async () => {
  const service = createService();
  const feed = service.cache.feedOf(SERVICE);
  await service.write(says('old'));
  await service.load();
  const flags = new FlagSet();
  const follower = new Follower({
    ...{ flags, freshness: new Freshness(service.clock), clock: service.clock, log: service.log },
    feed: {
      ...feed,
      overview: async () => {
        const before = await feed.overview();
        await service.write({ revision: 2, ...says('written meanwhile') });
        return before;
      },
    },
  });
  await follower.look();
  expect(valueIn(flags)).toBe('written meanwhile');
});

it('never goes back: what a restored or emptied cache holds changes nothing, until it is ahead again', async () => {
  const { agent, cache, write, load, clock } = createService();
  await write(says('first'));
  await load();
  const backup = cache.snapshot(SERVICE);
  await write({ revision: 2, ...says('second') });
  await agent.start();
  cache.restore(SERVICE, backup);
  await clock.advance(1_000);
  expect(valueIn(agent.flags)).toBe('second');
  cache.lose(SERVICE);
  await clock.advance(1_000);
  expect(valueIn(agent.flags)).toBe('second');
  expect(agent.follower.state).toBe('not-loaded');
  await write({ revision: 1, ...says('first') });
  await load();
  await clock.advance(1_000);
  expect([valueIn(agent.flags), agent.follower.state]).toEqual(['second', 'following']);
  await write({ epoch: 2, revision: 3, ...says('third') });
  await settled();
  expect(valueIn(agent.flags)).toBe('third');
});

it('keeps what it had when the bytes are not what the cache names, says so, and takes the repair', async () => {
  const { cache, flags, follower, loss, write, load } = createFollowed();
  await write(says('good'));
  await load();
  await follower.look();
  loss.deaf = true;
  await write({ revision: 2, ...says('torn') });
  cache.corrupt(SERVICE, 'checkout');
  await follower.look();
  expect(valueIn(flags)).toBe('good');
  loss.deaf = false;
  expect(flags.refusals).toMatchObject([{ flagKey: 'checkout', order: { epoch: 1, revision: 2 } }]);
  await write({ revision: 2, ...says('torn') }, { repair: true });
  await settled();
  expect([valueIn(flags), flags.refusals]).toEqual(['torn', []]);
});

it.each([
  ['a default that is no variant', { document: { state: 'ENABLED', variants: { on: true }, defaultVariant: 'of' } }],
  ['no variants', { document: { state: 'ENABLED', variants: {}, defaultVariant: null } }],
  ['an unknown state', { document: { state: 'ON', variants: { on: true }, defaultVariant: 'on' } }],
  ['an operator that flagd does not know', says(1, { targeting: { roll_dice: [1] } })],
  ['a reference to nothing', says(1, { targeting: { $ref: 'nobody' } })],
])('refuses %s, on which clients would choke', async (_what, over) => {
  const { agent, write, load } = createService();
  await write(says('good'));
  await load();
  await agent.start();
  await write({ revision: 2, ...over });
  await settled();
  expect(valueIn(agent.flags)).toBe('good');
  expect(agent.flags.refusals).toHaveLength(1);
});

it('refuses bytes that are a flag, but not the one whose digest the cache names', async () => {
  const { flags, follower, write, load } = createFollowed();
  await write(says('good'));
  await load();
  await follower.look();
  const held = heldOf(SERVICE, envelopeOf({ revision: 2, ...says('named') }));
  const stored = serialiseEnvelope(envelopeOf({ revision: 2, ...says('another') }));
  flags.take(new Map([['checkout', { held, stored }]]), 0);
  expect([valueIn(flags), flags.refusals.map(({ order }) => order.revision)]).toEqual(['good', [2]]);
  flags.take(new Map([['checkout', { held, stored: null }]]), 0);
  expect(valueIn(flags)).toBe('good');
});

it('refuses the bytes of another flag', () => {
  const flags = new FlagSet();
  const envelope = envelopeOf({ flagKey: 'search', ...says(1) });
  const found = { held: heldOf(SERVICE, envelope), stored: serialiseEnvelope(envelope) };
  flags.take(new Map([['checkout', found]]), 0);
  expect([flags.held.size, flags.refusals.map(({ flagKey }) => flagKey)]).toEqual([0, ['checkout']]);
  flags.take(new Map([['search', found]]), 0);
  expect(valueIn(flags, 'search')).toBe(1);
});

it('takes other bytes of the same order, with which the reconciler repaired the cache while nothing was heard', async () => {
  const { flags, follower, loss, write, load } = createFollowed();
  await write(says('wrong'));
  await load();
  await follower.look();
  loss.deaf = true;
  await write(says('right'), { repair: true });
  await follower.look();
  expect(valueIn(flags)).toBe('right');
});

it('has a digest of what it holds: another after each change, and the same whichever came first', async () => {
  const flagOf = (flagKey: string, revision: number): [string, CachedFlag] => {
    const envelope = envelopeOf({ flagKey, revision, ...says(revision) });
    return [flagKey, { held: heldOf(SERVICE, envelope), stored: serialiseEnvelope(envelope) }];
  };
  const [one, other] = [new FlagSet(), new FlagSet()];
  const digests = [one.digest];
  for (const flag of [flagOf('a', 1), flagOf('b', 1), flagOf('a', 2)]) {
    one.take(new Map([flag]), 0);
    digests.push(one.digest);
  }
  expect(new Set(digests).size).toBe(4);
  other.take(new Map([flagOf('b', 1), flagOf('a', 2)]), 0);
  expect(other.digest).toBe(one.digest);
});

it('forgets why the cache could not be read once it can be, and hears nothing more after it was stopped', async () => {
  const { agent, cache, write, load, clock } = createService();
  await write(says(1));
  await load();
  await agent.start();
  cache.breakService(SERVICE, 'unreachable');
  await clock.advance(2_000);
  expect([agent.follower.state, agent.follower.error]).toEqual(['unreachable', expect.stringContaining(SERVICE)]);
  cache.heal(SERVICE);
  await clock.advance(1_000);
  expect([agent.follower.state, agent.follower.error]).toEqual(['following', null]);
  await agent.stop();
  await write({ revision: 2, ...says(2) });
  await settled();
  expect(valueIn(agent.flags)).toBe(1);
});

it('hears nothing more after it was stopped while it subscribed, and subscribes anew when it is started again', async () => {
  const { cache, flags, freshness, clock, log, write, load } = createFollowed();
  const feed = cache.feedOf(SERVICE);
  let subscribed = (): void => undefined;
  const slow = new Promise<void>((resolve) => {
    subscribed = resolve;
  });
  const follow: ServiceFeed['follow'] = async (heard) => {
    await slow;
    return feed.follow(heard);
  };
  const follower = new Follower({ feed: { ...feed, follow }, flags, freshness, clock, log });
  await load();
  const looking = follower.look();
  follower.stop();
  subscribed();
  await looking;
  await write(says(1));
  await settled();
  expect(valueIn(flags)).toBeUndefined();
  await follower.look();
  await write({ revision: 2, ...says(2) });
  await settled();
  expect(valueIn(flags)).toBe(2);
});

it('takes an envelope of the next schema, with a kind and fields that it does not know', async () => {
  const { agent, write, load } = createService();
  await write({ schema: 2, kind: 'canary' as never, ...says('ahead'), ...({ sites: ['a'] } as object) });
  await load();
  await agent.start();
  expect(valueIn(agent.flags)).toBe('ahead');
  await write({ schema: 3, revision: 2, ...says('too far ahead') });
  await settled();
  expect(valueIn(agent.flags)).toBe('ahead');
});

it('knows that a cache without a manifest was not loaded, and is not empty', async () => {
  const { agent, write, load } = createService();
  await write(says(1));
  await agent.start();
  expect(agent.freshness.loaded).toBe(false);
  // Neither a look that finds nothing newer nor a change that is heard makes it loaded.
  await agent.look();
  await write({ flagKey: 'search', ...says(1) });
  await settled();
  await agent.look();
  expect([agent.freshness.loaded, agent.follower.state]).toEqual([false, 'not-loaded']);
  await load();
  await settled();
  expect(agent.freshness.loaded).toBe(true);
});

it('tells its age while the cache is away, reports kills that it cannot have seen once, and is fresh again', async () => {
  const { agent, cache, write, load, clock, lines } = createService();
  await write(says(1));
  await load();
  await agent.start();
  await clock.advance(60_000);
  expect([agent.freshness.stale, agent.freshness.ageMs]).toEqual([false, 0]);

  cache.breakService(SERVICE, 'unreachable');
  await clock.advance(5_000);
  expect(agent.freshness.stale).toBe(false);
  await clock.advance(1_000);
  expect([agent.freshness.stale, agent.freshness.killMayBeUnseen, valueIn(agent.flags)]).toEqual([true, false, 1]);
  await clock.advance(60_000);
  expect([agent.freshness.killMayBeUnseen, agent.freshness.ageMs]).toEqual([true, 66_000]);
  const errors = lines.filter(({ level }) => level === 'error');
  expect(errors).toEqual([{ level: 'error', message: 'a kill may have been given that this instance has not seen' }]);

  cache.heal(SERVICE);
  await clock.advance(1_000);
  expect([agent.freshness.stale, agent.freshness.killMayBeUnseen]).toEqual([false, false]);
});

it('ends where the cache ends, whatever is lost, emptied, restored or repeated', async () => {
  const step = fc.oneof(
    fc.record({
      does: fc.constant('write' as const),
      key: fc.constantFrom('a', 'b'),
      revision: fc.integer({ min: 1, max: 6 }),
    }),
    fc.record({ does: fc.constantFrom('deaf', 'hear', 'lose', 'restore', 'backup', 'away', 'back', 'look', 'load') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const t = createFollowed();
      await t.load();
      let backup = t.cache.snapshot(SERVICE);
      const newest = new Map<string, number>();
      const seen = new Map<string, number>();
      const check = (): void => {
        for (const [key, { held }] of t.flags.held) {
          const { revision } = (held as Held).order;
          expect(revision).toBeGreaterThanOrEqual(seen.get(key) ?? 0);
          seen.set(key, revision);
        }
      };
      for (const each of steps) {
        if (each.does === 'write' && 'key' in each) {
          const { key, revision } = each;
          await t.write({ flagKey: key, revision, ...says(revision) }).catch(() => undefined);
        } else if (each.does === 'deaf') t.loss.deaf = true;
        else if (each.does === 'hear') t.loss.deaf = false;
        else if (each.does === 'lose') t.cache.lose(SERVICE);
        else if (each.does === 'backup') backup = t.cache.snapshot(SERVICE);
        else if (each.does === 'restore') t.cache.restore(SERVICE, backup);
        else if (each.does === 'away') t.cache.breakService(SERVICE, 'unreachable');
        else if (each.does === 'back') t.cache.heal(SERVICE);
        else if (each.does === 'load') await t.load().catch(() => undefined);
        else await t.follower.look();
        await settled();
        check();
      }
      t.cache.heal(SERVICE);
      await t.load();
      // The reconciler brings what was lost.
      for (const key of ['a', 'b']) await t.write({ flagKey: key, revision: 7, ...says(7) });
      await t.follower.look();
      await t.follower.look();
      for (const key of ['a', 'b']) newest.set(key, Number(valueIn(t.flags, key)));
      expect([...newest.values()]).toEqual([7, 7]);
      expect(t.flags.refusals).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

describe('what a cache says of a flag', () => {
  const envelope = envelopeOf({ revision: 5, ...says('five') });
  const held = heldOf(SERVICE, envelope);
  const named = (revision: number) => ({ ...held, order: { epoch: 1, revision } });
  const taken = (...orders: readonly number[]) => {
    const flags = new FlagSet();
    for (const revision of orders)
      flags.take(new Map([['checkout', { held: named(revision), stored: serialiseEnvelope(envelope) }]]), 0);
    return flags;
  };

  it.each([4, 6, 1e23])('is refused where it names revision %d, and the bytes are of another', (revision) => {
    const flags = taken(revision);
    expect([flags.held.size, flags.refusals[0]?.reason]).toEqual([0, expect.stringContaining('its bytes are of 1.5')]);
    // So that what is newer in truth is not kept away.
    flags.take(new Map([['checkout', { held, stored: serialiseEnvelope(envelope) }]]), 0);
    expect([valueIn(flags), flags.refusals]).toEqual(['five', []]);
  });

  it('is refused for as long as it is offered', () => {
    const flags = taken(5, 6);
    flags.forgetRefusals(new Map([['checkout', named(6)]]));
    expect(flags.refusals).toHaveLength(1);
    flags.forgetRefusals(new Map([['checkout', held]]));
    expect([flags.refusals, valueIn(flags)]).toEqual([[], 'five']);
  });

  it('is forgotten as refused when the cache has been put right', async () => {
    const { cache, flags, follower, write, load } = createFollowed();
    await write(says('good'));
    await load();
    await write({ revision: 2, ...says('bad', { defaultVariant: 'nothing' }) });
    await follower.look();
    expect(flags.refusals).toHaveLength(1);
    cache.lose(SERVICE);
    await write(says('good'));
    await load();
    await follower.look();
    expect(flags.refusals).toEqual([]);
  });
});

describe('a tombstone, which has no bytes that could prove its order', () => {
  const LONG_MS = 180_000;
  const live = (revision: number, value: unknown): CachedFlag => {
    const envelope = envelopeOf({ revision, ...says(value) });
    return { held: heldOf(SERVICE, envelope), stored: serialiseEnvelope(envelope) };
  };
  const gone = (revision: number): CachedFlag => ({
    held: { ...(live(revision, 'gone').held as Held), tombstone: true },
    stored: null,
  });
  const createSet = () => {
    const flags = new FlagSet();
    return { flags, take: (flag: CachedFlag, at: number) => flags.take(new Map([['checkout', flag]]), at) };
  };

  it('takes the flag away at once, and a higher order brings it back at once', () => {
    const { flags, take } = createSet();
    take(live(1, 'first'), 0);
    take(gone(2), 0);
    expect(valueIn(flags)).toBeUndefined();
    take(live(3, 'third'), 0);
    expect(valueIn(flags)).toBe('third');
  });

  it('that is wrong keeps a proven lower order away for no longer than the reconciler needs, and says meanwhile why', () => {
    const { flags, take } = createSet();
    take(live(7, 'seventh'), 0);
    take(gone(999), 0);
    take(live(8, 'eighth'), 1_000);
    expect([valueIn(flags), flags.refusals[0]?.reason]).toEqual([
      undefined,
      expect.stringContaining('tombstone of 1.999'),
    ]);
    expect(flags.doubted(LONG_MS + 999)).toEqual([]);
    take(live(8, 'eighth'), LONG_MS + 999);
    expect(valueIn(flags)).toBeUndefined();
    expect([flags.doubted(LONG_MS + 1_000), flags.doubted(LONG_MS + 1_000)]).toEqual([['checkout'], []]);
    take(live(8, 'eighth'), LONG_MS + 1_000);
    expect([valueIn(flags), flags.refusals, flags.doubted(2 * LONG_MS)]).toEqual(['eighth', [], []]);
    take(live(9, 'ninth'), LONG_MS + 1_000);
    expect(valueIn(flags)).toBe('ninth');
  });

  it('that gave way is not looked for any more', () => {
    const { flags, take } = createSet();
    take(gone(999), 0);
    take(live(8, 'eighth'), 0);
    take(live(8, 'eighth'), LONG_MS);
    expect([valueIn(flags), flags.doubted(2 * LONG_MS)]).toEqual(['eighth', []]);
  });

  it('that the cache lost and got back stays, however often that happens', () => {
    const { flags, take } = createSet();
    take(gone(2), 0);
    for (let at = 0; at < 3 * LONG_MS; at += LONG_MS / 2) {
      take(live(1, 'first'), at);
      expect(valueIn(flags)).toBeUndefined();
      take(gone(2), at + 60_000);
    }
    expect(flags.doubted(4 * LONG_MS)).toEqual([]);
    take(live(1, 'first'), 4 * LONG_MS);
    flags.forgetRefusals(new Map([['checkout', gone(2).held]]));
    expect([flags.refusals, flags.doubted(6 * LONG_MS)]).toEqual([[], []]);
  });

  it('gives way to no bytes that are not proven', () => {
    const { flags, take } = createSet();
    take(gone(2), 0);
    const torn = { ...live(1, 'first'), stored: live(1, 'another').stored };
    take(torn, 0);
    take(torn, 2 * LONG_MS);
    expect([valueIn(flags), flags.doubted(4 * LONG_MS)]).toEqual([undefined, []]);
  });

  it('gives way to nothing that is older than what was proven before it', () => {
    const { flags, take } = createSet();
    take(live(1, 'open'), 0);
    take(live(2, 'killed'), 0);
    take(gone(3), 0);
    take(gone(4), 0);
    for (const at of [0, LONG_MS, 2 * LONG_MS]) take(live(1, 'open'), at);
    expect([valueIn(flags), flags.refusals, flags.doubted(4 * LONG_MS)]).toEqual([undefined, [], []]);
    take(live(2, 'killed'), 4 * LONG_MS);
    take(live(2, 'killed'), 5 * LONG_MS);
    expect(valueIn(flags)).toBe('killed');
  });

  it('under the order and digest of the flag is taken, and so is its repair', () => {
    const { flags, take } = createSet();
    const { held } = live(1, 'first');
    take(live(1, 'first'), 0);
    take({ held: { ...(held as Held), tombstone: true }, stored: null }, 0);
    expect(valueIn(flags)).toBeUndefined();
    take(live(1, 'first'), 0);
    expect(valueIn(flags)).toBe('first');
  });

  it('that was wrong is found out by an agent to which nobody tells it', async () => {
    const { agent, cache, clock, write, load, lines } = createService();
    await write(says('first'));
    await load();
    const rightly = cache.snapshot(SERVICE);
    await write({ epoch: 9, revision: 999, document: null });
    await agent.start();
    cache.restore(SERVICE, rightly);
    await clock.advance(LONG_MS);
    expect(valueIn(agent.flags)).toBeUndefined();
    await clock.advance(3_000);
    expect(valueIn(agent.flags)).toBe('first');
    expect(lines.filter(({ message }) => message.startsWith('a tombstone'))).toHaveLength(1);
    const { rereads } = agent.follower;
    await clock.advance(LONG_MS);
    expect(agent.follower.rereads).toBe(rereads);
  });
});

it('has nothing to serve while none of the flags in the cache can be read, and says so once', async () => {
  const { agent, write, load, lines } = createService();
  await write(says('bad', { defaultVariant: 'nothing' }));
  await load();
  await agent.look();
  await agent.look();
  expect([agent.freshness.loaded, agent.follower.state]).toEqual([false, 'following']);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([
    { level: 'error', message: 'none of the flags in the cache can be read' },
  ]);
  await write({ revision: 2, ...says('good') });
  await agent.look();
  expect([agent.freshness.loaded, valueIn(agent.flags)]).toEqual([true, 'good']);
});

it('takes a cache without flags for loaded', async () => {
  const { agent, load } = createService();
  await load();
  await agent.look();
  expect(agent.freshness.loaded).toBe(true);
});

it('reads everything where the sequence is no number', async () => {
  const { flags, follower, feed, write, load, loss } = createFollowed();
  await write(says('old'));
  await load();
  await follower.look();
  loss.deaf = true;
  await write({ revision: 2, ...says('new') });
  feed.sequence = async () => Number.NaN;
  await follower.look();
  expect(valueIn(flags)).toBe('new');
});
