import { shippedWiring } from '@flaghoist/wiring/wiring';
import { Crash, type Moment } from './support/crash.ts';
import { booleanFlag, rev } from './support/flags.ts';
import { impatientPlan } from './support/plan.ts';
import type { TestWorldOptions } from './support/world.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

type Start = (options: TestWorldOptions) => Promise<TestWorld>;

/** What must come out of it, whichever step a function dies at. */
interface Scenario {
  readonly title: string;
  run(start: Start): Promise<void>;
}

/** The worlds have a canary of their own; the function of an account dies at its steps in packages/canary. */
const DIES_ELSEWHERE: readonly string[] = ['canary.run'];

/** Sorted: without latency all happens in one millisecond. */
const VERIFIED = ['ChangeAccepted', 'ChangeProposed', 'ChangeVerified'];
const ROLLED_BACK = ['ChangeAccepted', 'ChangeProposed', 'ChangeRolledBack'];

/** A crash may make a change wait: then it is unverified for a while, and so it is told. */
const told = async (t: TestWorld, changeId: string): Promise<string[]> =>
  (await t.story(changeId)).filter((type) => type !== 'ChangeUnverified').sort();

const becomesKnownGood = (t: TestWorld, revision: number): Promise<void> =>
  t.until(`known good is ${revision}`, async () => (await t.knownGood())?.revision === revision);

const twoChanges: Scenario = {
  title: 'two changes end verified',
  run: async (start) => {
    const t = await start({ seed: 101 });
    const first = await t.propose();
    await becomesKnownGood(t, 1);
    const second = await t.propose();
    await becomesKnownGood(t, 2);

    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.standing(first)).toBe('verified');
    expect(await t.standing(second)).toBe('verified');
    expect(await t.revisions()).toHaveLength(2);
    await t.advance(70_000);
    expect(await told(t, first)).toEqual(VERIFIED);
    expect(await told(t, second)).toEqual(VERIFIED);
    expect((await t.run(t.world.home.sweep())).chainBreaks).toEqual([]);
  },
};

const takenBack: Scenario = {
  title: 'a change that a cache does not take is taken back once',
  run: async (start) => {
    const t = await start({ seed: 102 });
    const first = await t.propose({ document: booleanFlag(2) });
    await becomesKnownGood(t, 1);
    // Keeps what it has, and so holds what the revert brings back.
    t.region(1).caches.breakService(t.service(2), 'ignores-writes');
    const failing = await t.propose();
    await t.becomes(failing, 'rolled-back');
    await becomesKnownGood(t, 3);
    t.region(1).caches.heal(t.service(2));
    await t.advance(120_000);

    await t.everyCacheHolds(defaultFlag, rev(3));
    expect(await t.revisions()).toHaveLength(3);
    expect((await t.current())?.document).toEqual(booleanFlag(2));
    expect((await t.recordOf(failing)).blame).toEqual({ region: t.region(1).name, services: [t.service(2)] });
    expect(await told(t, first)).toEqual(VERIFIED);
    expect(await told(t, failing)).toEqual(ROLLED_BACK);
    expect(await told(t, `revert-${failing}`)).toEqual(['ChangeAccepted', 'ChangeVerified']);
  },
};

const held: Scenario = {
  title: 'a kill that a cache does not take is held, and reaches it in the end',
  run: async (start) => {
    const t = await start({ seed: 103 });
    await t.propose({ document: booleanFlag(2) });
    await becomesKnownGood(t, 1);
    t.region(1).caches.breakService(t.service(2), 'read-only');
    const kill = await t.propose({ kind: 'killed' });
    await t.becomes(kill, 'held');
    t.region(1).caches.heal(t.service(2));
    await becomesKnownGood(t, 2);
    await t.advance(120_000);

    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.revisions()).toHaveLength(2);
    expect(await told(t, kill)).toEqual(['ChangeAccepted', 'ChangeHeld', 'ChangeProposed']);
  },
};

const concluded: Scenario = {
  title: 'a change of which a region says nothing is unverified, and verified when it is back',
  run: async (start) => {
    const t = await start({ seed: 104 });
    await t.propose();
    await becomesKnownGood(t, 1);
    t.world.network.cut(t.region(1).name);
    const changeId = await t.propose();
    await t.becomes(changeId, 'unverified');
    t.world.network.restore(t.region(1).name);
    await t.becomes(changeId, 'verified');
    await t.advance(70_000);

    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.knownGood()).toEqual(rev(2));
    expect(await told(t, changeId)).toEqual(VERIFIED);
    expect(await t.world.audit.search({ changeId, type: 'ChangeUnverified' })).toHaveLength(1);
  },
};

const lost: Scenario = {
  title: 'a lost cache is loaded in full',
  run: async (start) => {
    const t = await start({ seed: 105 });
    await t.propose();
    await t.propose({ flagKey: 'card-limits' });
    await becomesKnownGood(t, 1);
    t.region(1).caches.lose(t.service(2));
    const changeId = await t.propose();
    await t.advance(150_000);

    await t.everyCacheHolds('card-limits', rev(1));
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await told(t, changeId)).toEqual(VERIFIED);
  },
};

const offered: Scenario = {
  title: 'a cache that is back while its message waits is offered the change',
  run: async (start) => {
    const t = await start({ seed: 108 });
    await t.propose();
    await becomesKnownGood(t, 1);
    t.region(1).caches.breakService(t.service(2), 'read-only');
    const changeId = await t.propose();
    await t.advance(14_000);
    t.region(1).caches.heal(t.service(2));
    await t.becomes(changeId, 'verified');

    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await told(t, changeId)).toEqual(VERIFIED);
  },
};

const resumed: Scenario = {
  title: 'a proposal that the stream never told is found, and a change that nobody was told of is concluded',
  run: async (start) => {
    const t = await start({ seed: 107 });
    await t.propose();
    await becomesKnownGood(t, 1);
    t.world.home.accept.pause();
    t.world.home.tell.pause();
    t.region(1).caches.breakService(t.service(2), 'unreachable');
    const changeId = await t.propose();
    await t.becomes(changeId, 'accepted');
    await t.becomes(changeId, 'unverified');
    t.region(1).caches.heal(t.service(2));
    await becomesKnownGood(t, 2);
    await t.everyCacheHolds(defaultFlag, rev(2));
    expect(await t.revisions()).toHaveLength(2);
    t.world.home.accept.resume();
    t.world.home.tell.resume();
    await t.advance(60_000);
    expect(await t.revisions()).toHaveLength(2);
    expect(await t.story(changeId)).toEqual(expect.arrayContaining(['ChangeAccepted', 'ChangeProposed']));
  },
};

const swept: Scenario = {
  title: 'an acceptance that nobody was told of comes into the trail',
  run: async (start) => {
    const t = await start({ seed: 106, wiring: impatientPlan() });
    await t.propose();
    await becomesKnownGood(t, 1);
    t.world.home.tell.pause();
    const changeId = await t.propose();
    await becomesKnownGood(t, 2);
    // Longer than the stream keeps it.
    await t.advance(16 * 60_000);
    t.world.home.tell.resume();
    // The sweep leaves alone what is younger than a quarter of an hour, and runs every quarter.
    await t.advance(50 * 60_000);
    expect(await t.story(changeId)).toContain('ChangeAccepted');
  },
};

interface Crashes {
  readonly name: string;
  readonly scenario: Scenario;
  /** After the last write of an invocation only its answer is lost; before its first, nothing has been done. */
  readonly moments?: readonly Moment[];
  readonly latency?: 'modelled';
}

/**
 * Runs a scenario again and again, each time with a crash at the next write of the function, until there is no further one.
 *
 * @returns how many writes there are
 */
const crashEverywhere = async ({ name, scenario, moments = ['after'], latency }: Crashes): Promise<number> => {
  const modelled = latency === undefined ? {} : { latency };
  for (let call = 1; ; call += 1) {
    for (const moment of moments) {
      const crash = new Crash({ name, call, moment });
      const { instrument, portsOf } = crash;
      try {
        await scenario.run((options) =>
          startWorld({ regions: 2, services: 3, ...options, ...modelled, instrument, portsOf }),
        );
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`${name} died ${moment} write ${call}, ${crash.at}: ${reason}`, { cause });
      }
      if (crash.at === undefined) return call - 1;
    }
  }
};

const both: readonly Moment[] = ['before', 'after'];

const crashes: readonly Crashes[] = [
  { name: 'validator.accept', scenario: twoChanges, moments: both },
  { name: 'validator.resume', scenario: resumed },
  { name: 'validator.tell', scenario: takenBack, moments: both },
  { name: 'validator.distribute', scenario: twoChanges },
  // With latency: the message that died with the function is away for a minute, and the one that came by replication mends it.
  { name: 'cache-updater.apply', scenario: twoChanges, latency: 'modelled' },
  { name: 'cache-updater.load', scenario: lost },
  { name: 'cache-updater.offer', scenario: offered },
  { name: 'cache-updater.reconcile', scenario: held, moments: both },
  { name: 'consistency-checker.scan', scenario: twoChanges },
  { name: 'consistency-checker.compare', scenario: takenBack },
  { name: 'rollback.judge', scenario: takenBack, moments: both },
  { name: 'rollback.judge', scenario: held },
  { name: 'rollback.conclude', scenario: concluded, moments: both },
  { name: 'audit-writer.write', scenario: takenBack },
  { name: 'audit-writer.sweep', scenario: swept, moments: both },
];

describe('a function that dies at any of its steps leaves one outcome, and nothing is lost', () => {
  it.each(crashes)('$name: $scenario.title', async (each) => {
    expect(await crashEverywhere(each)).toBeGreaterThan(0);
  });

  it('is every function that is wired, but what only people call, who call it again', () => {
    const wired = Object.entries(shippedWiring().functions).filter(([, { triggers }]) => triggers.length > 0);
    const names = wired.map(([name]) => name).filter((name) => !DIES_ELSEWHERE.includes(name));
    expect(new Set(crashes.map(({ name }) => name))).toEqual(new Set(names));
  });
});
