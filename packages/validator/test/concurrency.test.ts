import { flagPk, revisionSk } from '@flaghoist/core/storage/keys';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { aroundEach, interleaved } from '@flaghoist/test-kit/trouble';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { createAcceptHandler } from '../lib/handler.ts';
import { createHome, FLAG } from './support/home.ts';
import { eventOf } from './support/stream-tail.ts';

const kinds = fc.array(fc.constantFrom('updated' as const, 'killed' as const, 'restored' as const), {
  minLength: 2,
  maxLength: 5,
});

it('concurrent authors on one flag end in one chain of revisions, and each has one answer', async () => {
  await fc.assert(
    fc.asyncProperty(kinds, fc.nat(), fc.array(fc.nat(4), { maxLength: 3 }), async (proposed, seed, repeats) => {
      const home = createHome();
      await home.decide('created');
      const proposals = [];
      for (const kind of proposed) proposals.push(await home.propose(kind));
      const records = home.tail.take();
      const again = repeats.map((place) => records[place]).filter((record) => record !== undefined);
      const ports = interleaved(home.ports, new SeededRandom(seed));
      // Each in an invocation of its own, some twice at the same time.
      const invocations = [...records, ...again].map((record) => createAcceptHandler(ports)(eventOf(record)));
      const responses = await home.clock.run(Promise.all(invocations));
      const failed: DynamoDBRecord[] = [...records, ...again].filter(
        (_, place) => responses[place]?.batchItemFailures.length !== 0,
      );
      expect(await home.deliver(failed)).toEqual([]);
      await home.settle();

      const revisions = await home.revisions();
      expect(revisions.map(({ revision }) => revision)).toEqual(revisions.map((_, index) => index + 1));
      expect(revisions.slice(1).map(({ previousEnvelopeDigest }) => previousEnvelopeDigest)).toEqual(
        revisions.slice(0, -1).map(({ envelopeDigest }) => envelopeDigest),
      );
      expect(await home.current()).toEqual(revisions.at(-1));
      const outcomes = await Promise.all(proposals.map(({ change }) => home.outcome(change.id)));
      expect(outcomes.filter((outcome) => outcome === undefined)).toEqual([]);
      const accepted = proposals.filter((_, place) => outcomes[place]?.outcome === 'accepted');
      expect(
        revisions
          .slice(1)
          .map(({ change }) => change.id)
          .sort(),
      ).toEqual(accepted.map(({ change }) => change.id).sort());
      // A kill is never too late.
      const kills = proposals.filter(({ kind }) => kind === 'killed');
      expect(kills.filter((kill) => !accepted.includes(kill))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it('a change accepted between two reads is not taken for an intruder', async () => {
  const home = createHome();
  await home.decide('created');
  const late = await home.propose('updated');
  const lateRecords = home.tail.take();
  await home.propose('updated');
  const fast = home.tail.take();
  let reads = 0;
  const ports = aroundEach(home.ports, async (call, name) => {
    const result = await call();
    if (name !== 'current' && name !== 'newestRevision') return result;
    reads += 1;
    if (reads === 1) await createAcceptHandler(home.ports)(eventOf(...fast));
    return result;
  });
  expect(await home.deliver(lateRecords, ports)).toEqual([]);
  expect((await home.revisions()).map(({ revision }) => revision)).toEqual([1, 2]);
  expect(await home.current()).toMatchObject({ revision: 2 });
  expect(await home.outcome(late.change.id)).toMatchObject({ outcome: 'conflict' });
  expect(home.log.messages('warn')).toEqual([]);
});

it('a change that loses its place while it looks what stands there is in conflict, and nothing is said to be lost', async () => {
  const home = createHome();
  await home.decide('created');
  const far = { epoch: 1, revision: 99 };
  home.tables.flags.put({ pk: flagPk(FLAG), sk: revisionSk(far), ...far, envelope: '{}' });
  const late = await home.propose('updated');
  const lateRecords = home.tail.take();
  await home.propose('updated');
  const fast = home.tail.take();
  let reads = 0;
  const ports = aroundEach(home.ports, async (call, name) => {
    const result = await call();
    if (name !== 'revision') return result;
    reads += 1;
    if (reads === 1) await createAcceptHandler(home.ports)(eventOf(...fast));
    return result;
  });
  expect(await home.deliver(lateRecords, ports)).toEqual([]);
  expect(reads).toBeGreaterThan(0);
  expect(home.deadLetters.given).toEqual([]);
  expect(await home.outcome(late.change.id)).toMatchObject({ outcome: 'conflict', current: { revision: 2 } });
});
