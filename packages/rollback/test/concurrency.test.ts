import type { Envelope } from '@flaghoist/core/envelope';
import { orderOf } from '@flaghoist/core/order';
import type { Proof } from '@flaghoist/core/proof';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import { interleaved } from '@flaghoist/test-kit/trouble';
import fc from 'fast-check';
import { createConcludeHandler, createJudgeHandler } from '../lib/handler.ts';
import { createHome, type Home, TWELVE_REGIONS, verdict } from './support/home.ts';

const RUNS = { numRuns: 15 };
/** For a machine that does other things beside. */
const PATIENCE_MS = 60_000;
/** Promise turns after which an author comes: some reverts are written by then, some are not. */
const LATEST_TURN = 250;

/** A test under many interleavings; a failing seed is printed, and replays. */
const underAnyInterleaving = (name: string, play: (seed: number) => Promise<void>): void => {
  it(name, () => fc.assert(fc.asyncProperty(fc.nat(), play), RUNS), PATIENCE_MS);
};

/** One function instance per message, all at once, interleaved by the seed. Failed messages come again. */
const judgeAtOnce = async (home: Home, bodies: readonly string[], seed: number): Promise<void> => {
  const random = new SeededRandom(seed);
  let waiting = bodies;
  for (let round = 0; waiting.length > 0; round += 1) {
    expect(round).toBeLessThan(3);
    const results = await home.clock.run(
      Promise.all(
        waiting.map(async (body) => {
          const { batchItemFailures } = await createJudgeHandler(interleaved(home.ports, random))(sqsEvent([body]));
          return batchItemFailures.length > 0 ? [body] : [];
        }),
      ),
    );
    waiting = results.flat();
  }
};

describe('twelve regions answer at once', () => {
  underAnyInterleaving('and all complain: one outcome, one revert', async (seed) => {
    const home = createHome({ regions: TWELVE_REGIONS });
    const created = await home.accept('created');
    await home.prove(created);
    const updated = await home.accept('updated', { on: false });
    const bodies = TWELVE_REGIONS.map((region) => verdict(updated, region, 'inconsistent'));
    await judgeAtOnce(home, bodies, seed);

    expect(await home.kinds()).toEqual(['created', 'updated', 'rolled-back']);
    expect(await home.state(updated)).toBe('rolled-back');
    expect(await home.current()).toMatchObject({ revision: 3, documentDigest: created.documentDigest });
    expect(home.topic.regionsSent(3)).toEqual([...TWELVE_REGIONS].sort());
    expect(await home.changes.revertsInMinute(home.clock.now())).toBe(1);
  });

  underAnyInterleaving('and all have it: verified, known good, decided once', async (seed) => {
    const home = createHome({ regions: TWELVE_REGIONS });
    const created = await home.accept('created');
    const bodies = TWELVE_REGIONS.map((region) => verdict(created, region, 'consistent'));
    await judgeAtOnce(home, bodies, seed);
    expect(await home.state(created)).toBe('verified');
    expect(await home.knownGood()).toBe(1);
    expect(home.log.messages('info')).toEqual(['change verified']);
  });

  underAnyInterleaving('about two changes in a row: known good ends on the newer one', async (seed) => {
    const home = createHome({ regions: TWELVE_REGIONS });
    const created = await home.accept('created');
    const updated = await home.accept('updated', { on: false });
    const bodies = TWELVE_REGIONS.flatMap((region) => [
      verdict(updated, region, 'consistent'),
      verdict(created, region, 'consistent'),
    ]);
    await judgeAtOnce(home, bodies, seed);
    expect([await home.state(created), await home.state(updated)]).toEqual(['verified', 'verified']);
    expect(await home.knownGood()).toBe(2);
  });
});

underAnyInterleaving('a revert that races a newer change is one or the other, never both', async (seed) => {
  const home = createHome();
  await home.prove(await home.accept('created'));
  const second = await home.accept('updated', { on: false });
  const author = async (): Promise<Envelope | null> => {
    // The validator's own accept: it may come at any moment, and loses when the revert was faster.
    for (let turn = 0; turn < seed % LATEST_TURN; turn += 1) await Promise.resolve();
    return home.accept('updated').catch(() => null);
  };
  const [third] = await home.clock.run(
    Promise.all([author(), judgeAtOnceQuietly(home, [verdict(second, 'eu-west-1', 'inconsistent')], seed)]),
  );
  const current = await home.current();
  if (third !== null && third.revision === 3) {
    expect(await home.record(second)).toMatchObject({ state: 'superseded', blame: { services: ['payments'] } });
    expect(current).toEqual(third);
  } else {
    expect(await home.state(second)).toBe('rolled-back');
    expect(await home.kinds()).toContain('rolled-back');
  }
});

/** As `judgeAtOnce`, for a caller that drives the clock. */
const judgeAtOnceQuietly = async (home: Home, bodies: readonly string[], seed: number): Promise<void> => {
  const ports = interleaved(home.ports, new SeededRandom(seed));
  await Promise.all(bodies.map((body) => createJudgeHandler(ports)(sqsEvent([body]))));
};

underAnyInterleaving('the budget holds when many flags fail at once', async (seed) => {
  const home = createHome({ revertsPerMinute: 3 });
  const changes: Envelope[] = [];
  for (const flagKey of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) changes.push(await home.accept('created', { flagKey }));
  await judgeAtOnce(
    home,
    changes.map((change) => verdict(change, 'eu-west-1', 'inconsistent')),
    seed,
  );
  const states = await Promise.all(changes.map((change) => home.state(change)));
  expect(states.filter((state) => state === 'rolled-back')).toHaveLength(3);
  expect(states.filter((state) => state === 'held')).toHaveLength(3);
});

underAnyInterleaving('concluding while verdicts arrive never leaves a change undecided', async (seed) => {
  const home = createHome();
  const created = await home.accept('created');
  const random = new SeededRandom(seed);
  const conclude = createConcludeHandler(interleaved(home.ports, random));
  const bodies = created.regions.map((region) => verdict(created, region, 'consistent'));
  await home.clock.run(
    Promise.all([
      conclude({ step: 'conclude', changeId: created.change.id, flagKey: created.flagKey, order: orderOf(created) }),
      ...bodies.map((body) => createJudgeHandler(interleaved(home.ports, random))(sqsEvent([body]))),
    ]),
  );
  // Unverified meanwhile, perhaps; but every proof is on record, and the last one heals it.
  expect(await home.state(created)).toBe('verified');
});

describe('duplicates and reordering', () => {
  const regions = ['us-east-1', 'eu-west-1', 'ap-south-1'];
  const said = fc.constantFrom<Proof['verdict']>('consistent', 'unknown', 'inconsistent');

  /** What the final state must be, whatever the order: the answers decide, not their arrival. */
  const outcomeOf = (answers: readonly Proof['verdict'][]): string => {
    if (answers.includes('inconsistent')) return 'rolled-back';
    return answers.every((answer) => answer === 'consistent') ? 'verified' : 'accepted';
  };

  it(
    'of verdicts end in the same state',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.tuple(said, said, said),
          fc.array(fc.nat(2), { maxLength: 8 }),
          fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
          fc.integer({ min: 1, max: 4 }),
          async (answers, early, all, batchSize) => {
            const home = createHome({ regions });
            await home.prove(await home.accept('created'));
            const updated = await home.accept('updated', { on: false });
            const bodies = [...early, ...all].map((place) =>
              verdict(updated, regions[place] ?? '', answers[place] ?? 'unknown'),
            );
            for (let from = 0; from < bodies.length; from += batchSize) {
              expect(await home.deliver(...bodies.slice(from, from + batchSize))).toEqual([]);
            }
            expect(await home.state(updated)).toBe(outcomeOf(answers));
            expect((await home.kinds()).length).toBe(outcomeOf(answers) === 'rolled-back' ? 3 : 2);
          },
        ),
        { numRuns: 60 },
      );
    },
    PATIENCE_MS,
  );

  it(
    'of verdicts on a chain of changes never take back a kill, more than one change, or known good',
    async () => {
      const kinds = fc.array(fc.constantFrom('updated', 'killed', 'updated', 'restored'), {
        minLength: 1,
        maxLength: 5,
      });
      await fc.assert(
        fc.asyncProperty(
          kinds,
          fc.array(fc.tuple(fc.nat(5), fc.nat(2), said), { maxLength: 30 }),
          fc.nat(),
          async (chain, answers, seed) => {
            const home = createHome({ regions });
            const changes = [await home.accept('created')];
            await home.prove(await home.current());
            for (const kind of chain) changes.push(await home.accept(kind === 'killed' ? 'killed' : kindOf(kind)));
            const bodies = answers.flatMap(([place, region, answer]) => {
              const change = changes[place];
              return change === undefined ? [] : [verdict(change, regions[region] ?? '', answer)];
            });
            await judgeAtOnce(home, bodies, seed);

            const states = await Promise.all(changes.map((change) => home.state(change)));
            expect(states.filter((state) => state === 'rolled-back').length).toBeLessThanOrEqual(1);
            for (const [place, change] of changes.entries())
              if (change.kind === 'killed') expect(states[place]).not.toBe('rolled-back');
            const good = await home.knownGood();
            expect(states[(good ?? 0) - 1]).not.toBe('rolled-back');
            // What was killed last stays off, unless a restore stands.
            const current = await home.current();
            const lastKill = changes.findLastIndex(({ kind }) => kind === 'killed');
            const lifted = changes.some(({ kind }, place) => kind === 'restored' && place > lastKill);
            if (lastKill >= 0 && !lifted) expect(current.flagState).toBe('killed');
          },
        ),
        { numRuns: 60 },
      );
    },
    PATIENCE_MS,
  );
});

const kindOf = (kind: string) => (kind === 'restored' ? 'restored' : 'updated');
