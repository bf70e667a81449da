import type { Order } from '@flaghoist/core/order';
import type { ProposalOutcome } from '@flaghoist/core/proposal';
import { booleanFlag, rev } from './support/flags.ts';
import { defaultFlag, startWorld, type TestWorld } from './support/world.ts';

const POLL_MS = 100;
/** Between two changes of one author. */
const PAUSE_MS = 1_500;

interface Wish {
  readonly author: string;
  readonly id: string;
  readonly flagKey: string;
  readonly basedOn: Order | null;
}

/** Proposes under an author's own key, and waits for the outcome. */
const propose = async (t: TestWorld, { author, id, flagKey, basedOn }: Wish): Promise<ProposalOutcome> => {
  await t.world.home.authorWith(author).propose({
    flagKey,
    kind: basedOn === null ? 'created' : 'updated',
    basedOn,
    document: { ...booleanFlag(1), metadata: { by: id } },
    ...(basedOn === null ? { offVariant: 'off', audience: '*' as const, owner: 'team-payments' } : {}),
    change: { id, actor: author, authentication: 'sso', reason: 'One of many', ticket: 'PAY-1' },
    proposedAt: t.scheduler.now(),
  });
  for (;;) {
    const outcome = await t.world.home.changes.outcome(author, id);
    if (outcome !== undefined) return outcome;
    await t.scheduler.sleep(POLL_MS);
  }
};

it('ten authors on one flag for a minute: no update is lost, every conflict is told, everything is verified', async () => {
  const t = await startWorld({ regions: 3, services: 4, latency: 'modelled', seed: 61 });
  await t.verified();
  const until = t.scheduler.now() + 60_000;
  const outcomes: ProposalOutcome[] = [];
  const authorOf = async (author: string): Promise<void> => {
    for (let turn = 0; t.scheduler.now() < until; turn += 1) {
      const current = await t.current();
      const basedOn = current === null ? null : rev(current.revision);
      outcomes.push(await propose(t, { author, id: `${author.slice(6)}-turn-${turn}`, flagKey: defaultFlag, basedOn }));
      await t.scheduler.sleep(PAUSE_MS);
    }
  };
  await t.run(Promise.all(Array.from({ length: 10 }, (_, n) => authorOf(`local:author-${n}`))));

  const accepted = outcomes.filter((each) => each.outcome === 'accepted');
  const conflicts = outcomes.filter((each) => each.outcome === 'conflict');
  expect(accepted.length + conflicts.length).toBe(outcomes.length);
  expect([accepted.length, conflicts.length].map((count) => count > 20)).toEqual([true, true]);
  // One revision for each that was accepted, with what its author has written, and no gap.
  const byRevision = new Map(accepted.map((each) => [each.order.revision, each.changeId]));
  const revisions = (await t.revisions()).slice(1);
  expect(revisions.map(({ revision, document }) => [revision, document?.['metadata']])).toEqual(
    Array.from({ length: accepted.length }, (_, n) => [n + 2, { by: byRevision.get(n + 2) }]),
  );
  // A conflict says what the flag was by then, which is not what its author had seen.
  for (const { basedOn, current } of conflicts) expect(current?.revision).toBeGreaterThan(basedOn?.revision ?? 0);
  const isVerified = async (order: Order) => (await t.record(defaultFlag, order))?.state === 'verified';
  for (const { order } of accepted) await t.until(`${order.revision} is verified`, () => isVerified(order), 1_000);
  await t.everyCacheHolds(defaultFlag, rev(accepted.length + 1));
  expect(await t.knownGood()).toEqual(rev(accepted.length + 1));
});

it('1,000 flags imported while a region is cut off: all are accepted, and verified once it is back', async () => {
  const t = await startWorld({ regions: 2, services: 2, latency: 'modelled', seed: 62 });
  const [cutOff, author] = [t.region(1).name, 'local:importer'];
  const keys = Array.from({ length: 1_000 }, (_, n) => `imported.flag-${n}`);
  t.world.network.cut(cutOff);
  const left = [...keys];
  const importer = async (): Promise<void> => {
    for (let flagKey = left.shift(); flagKey !== undefined; flagKey = left.shift()) {
      const outcome = await propose(t, { author, id: `import-${flagKey}`, flagKey, basedOn: null });
      expect(outcome).toMatchObject({ outcome: 'accepted', order: rev(1) });
    }
  };
  await t.run(Promise.all(Array.from({ length: 16 }, importer)));
  expect(t.held(cutOff, t.service(0), keys[0])).toBeNull();

  t.world.network.restore(cutOff);
  const isVerified = async (flagKey: string): Promise<boolean> =>
    (await t.record(flagKey, rev(1)))?.state === 'verified';
  for (const flagKey of keys) await t.until(`${flagKey} is verified`, () => isVerified(flagKey), 1_000);
  for (const flagKey of keys) await t.everyCacheHolds(flagKey, rev(1));
});
