import type { ChangeRecord } from '@flaghoist/core/change';
import { type Envelope, recordOf, seal } from '@flaghoist/core/envelope';
import type { ChangeStore, DecisionWrite } from '@flaghoist/core/ports/change-store';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { Proof } from '@flaghoist/core/proof';
import type { RefusedProposal } from '@flaghoist/core/proposal';
import { authorPk, changePk, changeSk, flagPk, outcomeSk, proofSk } from '@flaghoist/core/storage/keys';
import type { Item, Key } from '@flaghoist/core/storage/write';
import { AUTHOR, all, currentIs, envelope, PROPOSED_DIGEST, storedAs } from './envelopes.ts';

export interface ChangeStoreUnderTest {
  readonly changes: ChangeStore;
  readonly flags: FlagStore;
  /** Puts an item into `changes` as somebody would who goes around the stores. */
  writeForeign(item: Item): Promise<void>;
}

const NOW = 60_000 * 1_000 + 5_000;
const blame = { region: 'us-east-1', services: ['billing'] };

const first = envelope({ revision: 1 });
const second = envelope({ revision: 2 });
const third = envelope({ revision: 3 });
const revertOf = (judged: Envelope): Envelope =>
  envelope({
    revision: judged.revision + 1,
    kind: 'rolled-back',
    changeId: `revert-${judged.change.id}`,
    causeId: judged.change.id,
  });

/** What every ChangeStore must do. Each test gets a new one, with the flag store on the same tables. */
export const changeStoreConformance = (create: () => Promise<ChangeStoreUnderTest>): void => {
  let changes: ChangeStore;
  let flags: FlagStore;
  let writeForeign: ChangeStoreUnderTest['writeForeign'];
  beforeEach(async () => {
    ({ changes, flags, writeForeign } = await create());
  });

  const recordAt = async (revision: number): Promise<ChangeRecord> => {
    const record = await changes.record('checkout', { epoch: 1, revision });
    if (record === undefined) throw new Error(`no record of revision ${revision}`);
    return record;
  };
  /** Everything that a transaction may touch, to show that a refused one touched nothing. */
  const everything = async () => ({
    current: await flags.current('checkout'),
    knownGood: await flags.knownGood('checkout'),
    revisions: await all(flags.revisions()),
    records: await all(changes.recordsBefore('checkout', { epoch: 9, revision: 1 })),
    reverts: await changes.revertsInMinute(NOW),
  });
  const expectUntouched = async (act: () => Promise<unknown>): Promise<void> => {
    const before = await everything();
    expect(await act()).toBe('moved');
    expect(await everything()).toEqual(before);
  };

  describe('refuse', () => {
    const about = {
      author: AUTHOR,
      changeId: 'change-0001',
      proposedDigest: PROPOSED_DIGEST,
      flagKey: 'checkout',
      actor: 'alice',
      at: 5,
    };
    const rejected: RefusedProposal = {
      outcome: 'rejected',
      ...about,
      violations: [{ ruleId: 'FH-DOC-01', severity: 'error', pointer: '/document', message: 'no', hint: 'yes' }],
    };
    const conflict: RefusedProposal = {
      outcome: 'conflict',
      ...about,
      basedOn: null,
      current: { epoch: 1, revision: 2 },
      overtakenBy: { epoch: 1, revision: 2, kind: 'restored', actor: 'bob' },
    };
    const expired: RefusedProposal = { outcome: 'expired', ...about, writtenAt: 1, maxAgeSeconds: 900 };

    it.each([rejected, conflict, expired])('keeps the outcome $outcome with all it says', async (outcome) => {
      expect(await changes.refuse(outcome)).toBe('written');
      expect(await changes.outcome(AUTHOR, 'change-0001')).toEqual(outcome);
    });

    it('keeps what was left first under an id, for each author', async () => {
      const key = { author: AUTHOR, changeId: 'change-0001' };
      const [first, second] = ['a'.repeat(64), 'b'.repeat(64)];
      expect(await changes.leftDigest(key)).toBeUndefined();
      expect(await changes.leave(key, first)).toBe('written');
      expect(await changes.leave(key, second)).toBe('moved');
      expect(await changes.leave({ ...key, author: 'somebody-else' }, second)).toBe('written');
      expect(await changes.leftDigest(key)).toBe(first);
    });

    it('never replaces an outcome', async () => {
      await changes.refuse(conflict);
      expect(await changes.refuse(rejected)).toBe('moved');
      expect(await changes.outcome(AUTHOR, 'change-0001')).toEqual(conflict);
    });
  });

  describe('accept', () => {
    it('writes CURRENT, REVISION, record and outcome', async () => {
      expect(await changes.accept(first, null)).toBe('written');
      expect(await flags.current('checkout')).toEqual(storedAs(first));
      expect(await flags.newestRevision('checkout')).toEqual(storedAs(first));
      expect(await recordAt(1)).toEqual(recordOf(first));
      expect(await changes.outcome(AUTHOR, first.change.id)).toEqual({
        outcome: 'accepted',
        author: AUTHOR,
        proposedDigest: PROPOSED_DIGEST,
        changeId: first.change.id,
        flagKey: 'checkout',
        order: { epoch: 1, revision: 1 },
      });
    });

    it('writes over the CURRENT that it expects', async () => {
      await changes.accept(first, null);
      expect(await changes.accept(second, currentIs(first))).toBe('written');
      expect(await flags.current('checkout')).toEqual(storedAs(second));
    });

    it.each([
      ['is there although none is expected', null],
      ['has another digest', { ...currentIs(first), envelopeDigest: 'f'.repeat(64) }],
      ['has another revision', { ...currentIs(first), order: { epoch: 1, revision: 2 } }],
      ['has another epoch', { ...currentIs(first), order: { epoch: 2, revision: 1 } }],
    ])('writes nothing when CURRENT %s', async (_what, replaces) => {
      await changes.accept(first, null);
      await expectUntouched(() => changes.accept(second, replaces));
      expect(await changes.outcome(AUTHOR, second.change.id)).toBeUndefined();
    });

    it('writes nothing when there is no CURRENT although one is expected', async () => {
      await expectUntouched(() => changes.accept(second, currentIs(first)));
    });

    it('writes nothing when the proposal has an outcome already', async () => {
      await changes.accept(first, null);
      const again = envelope({ revision: 2, changeId: first.change.id });
      await expectUntouched(() => changes.accept(again, currentIs(first)));
      expect(await changes.outcome(AUTHOR, first.change.id)).toMatchObject({ order: { epoch: 1, revision: 1 } });
    });

    it('writes nothing when the proposal was refused', async () => {
      await changes.refuse({
        outcome: 'rejected',
        author: AUTHOR,
        changeId: first.change.id,
        proposedDigest: PROPOSED_DIGEST,
        flagKey: 'checkout',
        actor: 'alice',
        at: 5,
        violations: [],
      });
      await expectUntouched(() => changes.accept(first, null));
    });

    it('knows the ids of one author from those of another', async () => {
      const id = 'change-of-both';
      await changes.accept(envelope({ changeId: id }), null);
      const others = envelope({ flagKey: 'other', changeId: id, author: 'local:bob' });
      expect(await changes.accept(others, null)).toBe('written');
      expect(await changes.outcome(AUTHOR, id)).toMatchObject({ flagKey: 'checkout', author: AUTHOR });
      expect(await changes.outcome('local:bob', id)).toMatchObject({ flagKey: 'other', author: 'local:bob' });
      expect(await changes.outcome('local:eve', id)).toBeUndefined();
    });

    it('never replaces a revision', async () => {
      await changes.accept(first, null);
      const impostor = envelope({ revision: 1, changeId: 'change-impostor', reason: 'another' });
      await expectUntouched(() => changes.accept(impostor, currentIs(first)));
    });

    it('lets one of many concurrent authors win', async () => {
      await changes.accept(first, null);
      const rivals = Array.from({ length: 10 }, (_, i) => envelope({ revision: 2, changeId: `change-rival-${i}` }));
      const results = await Promise.all(rivals.map((rival) => changes.accept(rival, currentIs(first))));
      expect(results.filter((result) => result === 'written')).toHaveLength(1);
      const winner = rivals[results.indexOf('written')];
      expect(winner && storedAs(winner)).toEqual(await flags.current('checkout'));
      expect(await all(flags.revisions())).toHaveLength(2);
    });
  });

  describe('records', () => {
    it('come newest first, from before an order, over many pages', async () => {
      let before: Envelope | null = null;
      for (let revision = 1; revision <= 60; revision += 1) {
        const next = envelope({ revision });
        await changes.accept(next, before && currentIs(before));
        before = next;
      }
      const records = await all(changes.recordsBefore('checkout', { epoch: 1, revision: 58 }));
      expect(records.map(({ order }) => order.revision)).toEqual(Array.from({ length: 57 }, (_, i) => 57 - i));
      expect(records[56]).toEqual(recordOf(first));
      for await (const { order } of changes.recordsBefore('checkout', { epoch: 1, revision: 58 })) {
        expect(order.revision).toBe(57);
        break;
      }
    });

    it('are absent for an order that was never accepted', async () => {
      expect(await changes.record('checkout', { epoch: 1, revision: 1 })).toBeUndefined();
      expect(await all(changes.recordsBefore('checkout', { epoch: 1, revision: 1 }))).toEqual([]);
    });
  });

  describe('undecided', () => {
    const listed = (before: number) => all(changes.undecided(before));

    it('lists what nobody has decided, the oldest first, and only what was accepted before', async () => {
      const accepted = [envelope({ flagKey: 'b' }), envelope({ flagKey: 'a' }), envelope({ flagKey: 'c' })];
      for (const [n, each] of accepted.entries()) {
        const { envelopeDigest: _seal, documentDigest: _digest, ...content } = each;
        await changes.accept(seal({ ...content, at: { proposed: 1, accepted: 1_000 + n } }), null);
      }
      const order = { epoch: 1, revision: 1 };
      expect(await listed(1_002)).toEqual([
        { flagKey: 'b', order },
        { flagKey: 'a', order },
      ]);
      expect(await listed(1_000)).toEqual([]);
    });

    it('lists a change no more once it is decided', async () => {
      await changes.accept(first, null);
      expect(await listed(NOW)).toHaveLength(1);
      await changes.decide({ action: 'unverify', judged: await recordAt(1), now: NOW });
      expect(await listed(NOW)).toEqual([]);
    });
  });

  describe('proofs', () => {
    const key = { changeId: 'change-0001', flagKey: 'checkout', order: { epoch: 1, revision: 1 } };
    const proof = (region: string, verdict: Proof['verdict'], services: string[] = []): Proof => ({
      region,
      verdict,
      services,
      degraded: [],
      look: 1,
      seenAt: 0,
      holding: 0,
      refusing: [],
    });

    it('are kept per region, the last word of each', async () => {
      await changes.recordProof(key, proof('eu-west-1', 'unknown'));
      await changes.recordProof(key, proof('us-east-1', 'inconsistent', ['billing']));
      await changes.recordProof(key, proof('eu-west-1', 'inconsistent', ['search']));
      await changes.recordProof({ ...key, changeId: 'change-0002' }, proof('eu-west-1', 'consistent'));
      // One id, given by two authors, or accepted in two epochs.
      await changes.recordProof({ ...key, flagKey: 'checkout.form' }, proof('eu-west-1', 'consistent'));
      await changes.recordProof({ ...key, order: { epoch: 1, revision: 12 } }, proof('eu-west-1', 'consistent'));
      const found = await changes.proofs(key);
      expect([...found].sort((a, b) => (a.region < b.region ? -1 : 1))).toEqual([
        proof('eu-west-1', 'inconsistent', ['search']),
        proof('us-east-1', 'inconsistent', ['billing']),
      ]);
    });

    it('are never unsaid', async () => {
      await changes.recordProof(key, proof('eu-west-1', 'inconsistent', ['billing']));
      await changes.recordProof(key, proof('eu-west-1', 'consistent'));
      await changes.recordProof(key, proof('eu-west-1', 'inconsistent', ['billing']));
      await changes.recordProof(key, proof('eu-west-1', 'unknown'));
      expect(await changes.proofs(key)).toEqual([proof('eu-west-1', 'consistent')]);
    });

    it('give way to no older news, but for a proof', async () => {
      const fresh = { ...proof('eu-west-1', 'unknown'), seenAt: 7 };
      await changes.recordProof(key, fresh);
      await changes.recordProof(key, { ...proof('eu-west-1', 'inconsistent'), seenAt: 6 });
      expect(await changes.proofs(key)).toEqual([fresh]);
      await changes.recordProof(key, { ...proof('eu-west-1', 'refusing'), seenAt: 7 });
      expect(await changes.proofs(key)).toMatchObject([{ verdict: 'refusing' }]);
      await changes.recordProof(key, proof('eu-west-1', 'consistent'));
      expect(await changes.proofs(key)).toEqual([proof('eu-west-1', 'consistent')]);
    });
  });

  describe('outages of a Redis', () => {
    const redis = { region: 'eu-west-1', redis: 'shared-1' };
    const at = (since: number) => ({ ...redis, since });

    it('are not known before anything was noted', async () => {
      expect(await changes.redis(redis)).toBeUndefined();
      expect(await changes.redisesOf('eu-west-1')).toEqual([]);
    });

    it('move forward only, each kind by itself', async () => {
      await changes.noteDegraded(at(5), ['search', 'billing']);
      await changes.noteDegraded(at(4), ['ledger']);
      await changes.noteEnded(at(3));
      await changes.noteEnded(at(2));
      await changes.noteTaken(at(5));
      await changes.noteTaken(at(1));
      const state = { ...redis, degradedSince: 5, endedSince: 3, takenSince: 5, services: ['billing', 'search'] };
      expect(await changes.redis(redis)).toEqual(state);
      await changes.noteDegraded({ ...at(9), redis: 'shared-2' }, []);
      expect((await changes.redisesOf('eu-west-1')).map((each) => each.redis).sort()).toEqual(['shared-1', 'shared-2']);
      expect(await changes.redisesOf('us-east-1')).toEqual([]);
    });
  });

  describe('an item of a foreign writer', () => {
    const order = { epoch: 1, revision: 1 };
    const change = changePk('change-0001');
    const key = { changeId: 'change-0001', flagKey: 'checkout', order };

    it.each<[string, Key, () => Promise<unknown>]>([
      ['outcome', { pk: authorPk(AUTHOR), sk: outcomeSk('change-0001') }, () => changes.outcome(AUTHOR, 'change-0001')],
      ['record', { pk: flagPk('checkout'), sk: changeSk(order) }, () => changes.record('checkout', order)],
    ])('without its %s is an error that is not tried again', async (attribute, key, read) => {
      for (const left of [{}, { [attribute]: 7 }, { [attribute]: 'not json' }]) {
        await writeForeign({ ...left, ...key });
        await expect(read()).rejects.toMatchObject({ code: 'FH_INVALID_INPUT', retryable: false });
      }
    });

    it('in the place of a proof, or of an earlier record, keeps nobody from reading the others', async () => {
      await changes.accept(first, null);
      await writeForeign({ pk: change, sk: proofSk(key, 'eu-west-1'), proof: 'not json' });
      await writeForeign({ pk: flagPk('checkout'), sk: changeSk({ epoch: 1, revision: 2 }), record: 7 });
      expect(await changes.proofs(key)).toMatchObject([
        { region: 'eu-west-1', verdict: 'unknown', unreadable: expect.stringContaining('PROOF#') },
      ]);
      expect(await all(changes.recordsBefore('checkout', { epoch: 1, revision: 3 }))).toMatchObject([
        { order: { epoch: 1, revision: 2 }, state: 'held', failed: true, unreadable: expect.any(String) },
        { changeId: first.change.id },
      ]);
    });
  });

  describe('decide', () => {
    /** Three revisions, the first one known good. */
    const prepare = async (): Promise<void> => {
      await changes.accept(first, null);
      await changes.decide({ action: 'verify', judged: await recordAt(1), now: NOW, knownGood: { from: null } });
      await changes.accept(second, currentIs(first));
    };
    const revert = async (change: Partial<Extract<DecisionWrite, { action: 'revert' }>> = {}) =>
      changes.decide({
        action: 'revert',
        judged: await recordAt(2),
        now: NOW,
        revert: revertOf(second),
        knownGood: { epoch: 1, revision: 1 },
        blame,
        revertsPerMinute: 20,
        ...change,
      });

    it('verifies, with or without moving known good', async () => {
      await prepare();
      expect(await recordAt(1)).toEqual({ ...recordOf(first), state: 'verified', knownGood: true, decidedAt: NOW });
      expect((await flags.knownGood('checkout'))?.order).toEqual({ epoch: 1, revision: 1 });
      const judged = await recordAt(2);
      expect(await changes.decide({ action: 'verify', judged, now: NOW, knownGood: null })).toBe('written');
      expect((await recordAt(2)).state).toBe('verified');
      expect((await flags.knownGood('checkout'))?.order).toEqual({ epoch: 1, revision: 1 });
    });

    it.each([
      ['there is none', { epoch: 1, revision: 1 }, false],
      ['there is one', null, true],
      ['it is another', { epoch: 1, revision: 2 }, true],
    ])('does not move known good from %p when %s', async (_what, from, hasOne) => {
      if (hasOne) await prepare();
      else await changes.accept(first, null);
      const judged = await recordAt(hasOne ? 2 : 1);
      await expectUntouched(() => changes.decide({ action: 'verify', judged, now: NOW, knownGood: { from } }));
    });

    it('lets known good pass a held change, and says so in its record alone', async () => {
      await prepare();
      await changes.decide({ action: 'hold', judged: await recordAt(2), now: NOW, reason: 'kind', blame });
      const judged = await recordAt(2);
      const knownGood = { from: { epoch: 1, revision: 1 } };
      expect(await changes.decide({ action: 'advance-known-good', judged, now: NOW + 9, knownGood })).toBe('written');
      expect(await recordAt(2)).toEqual({ ...judged, knownGood: true });
      expect((await flags.knownGood('checkout'))?.order).toEqual({ epoch: 1, revision: 2 });
    });

    it('does not move known good for a change whose state has moved', async () => {
      await prepare();
      const asRead = await recordAt(2);
      await changes.decide({ action: 'unverify', judged: asRead, now: NOW });
      const knownGood = { from: { epoch: 1, revision: 1 } };
      await expectUntouched(() =>
        changes.decide({ action: 'advance-known-good', judged: asRead, now: NOW, knownGood }),
      );
    });

    it('holds, unverifies and supersedes with what is known of why', async () => {
      await prepare();
      await changes.accept(third, currentIs(second));
      const [one, two, three] = [await recordAt(1), await recordAt(2), await recordAt(3)];
      await changes.decide({ action: 'hold', judged: one, now: NOW, reason: 'degraded-cache', blame });
      await changes.decide({ action: 'supersede', judged: two, now: NOW, blame, current: three.order });
      await changes.decide({ action: 'unverify', judged: three, now: NOW });
      expect(await recordAt(1)).toEqual({
        ...one,
        state: 'held',
        holdReason: 'degraded-cache',
        blame,
        decidedAt: NOW,
      });
      expect(await recordAt(2)).toEqual({ ...two, state: 'superseded', blame, decidedAt: NOW });
      expect(await recordAt(3)).toEqual({
        ...three,
        state: 'unverified',
        unverified: { at: NOW, silentRegions: [] },
        decidedAt: NOW,
      });
    });

    it('does not hold when CURRENT is another by now', async () => {
      await prepare();
      await changes.accept(third, currentIs(second));
      const judged = await recordAt(2);
      await expectUntouched(() =>
        changes.decide({ action: 'hold', judged, now: NOW, reason: 'kind', blame, current: judged.order }),
      );
    });

    it('does not revert to a change that is no longer as it was chosen', async () => {
      await prepare();
      const target = await recordAt(1);
      await expectUntouched(() => revert({ target: { ...target, state: 'unverified' } }));
      expect(await revert({ target })).toBe('written');
    });

    it('takes one change back for an outage, and no second one', async () => {
      await prepare();
      const outages = [{ region: 'eu-west-1', redis: 'shared-1', since: 5 }];
      await changes.noteTaken({ region: 'eu-west-1', redis: 'shared-1', since: 5 });
      await expectUntouched(() => revert({ outages }));
      expect(await revert({ outages: [{ region: 'eu-west-1', redis: 'shared-1', since: 6 }] })).toBe('written');
      expect(await changes.redis({ region: 'eu-west-1', redis: 'shared-1' })).toMatchObject({ takenSince: 6 });
    });

    it('does not supersede by a CURRENT that is another by now', async () => {
      await prepare();
      await changes.accept(third, currentIs(second));
      const judged = await recordAt(1);
      await expectUntouched(() =>
        changes.decide({ action: 'supersede', judged, now: NOW, blame, current: { epoch: 1, revision: 2 } }),
      );
    });

    it('reverts in one transaction: CURRENT, REVISION, both records, counter', async () => {
      await prepare();
      const judged = await recordAt(2);
      expect(await revert()).toBe('written');
      const written = revertOf(second);
      expect(await flags.current('checkout')).toEqual(storedAs(written));
      expect(await flags.newestRevision('checkout')).toEqual(storedAs(written));
      expect((await flags.knownGood('checkout'))?.order).toEqual({ epoch: 1, revision: 1 });
      expect(await recordAt(2)).toEqual({
        ...judged,
        state: 'rolled-back',
        decidedAt: NOW,
        revertOrder: { epoch: 1, revision: 3 },
        blame,
      });
      expect(await recordAt(3)).toEqual(recordOf(written));
      expect(await changes.revertsInMinute(NOW)).toBe(1);
    });

    it('reverts whatever an author proposed under the id of the revert', async () => {
      await prepare();
      const { id } = revertOf(second).change;
      await changes.refuse({
        outcome: 'rejected',
        author: AUTHOR,
        changeId: id,
        proposedDigest: PROPOSED_DIGEST,
        flagKey: 'checkout',
        actor: 'alice',
        at: 5,
        violations: [],
      });
      expect(await revert()).toBe('written');
      expect(await changes.outcome(AUTHOR, id)).toMatchObject({ outcome: 'rejected' });
    });

    it('reverts once, however often and by however many it is tried', async () => {
      await prepare();
      const judged = await recordAt(2);
      const results = await Promise.all(Array.from({ length: 12 }, () => revert({ judged })));
      expect(results.filter((result) => result === 'written')).toHaveLength(1);
      expect(await changes.revertsInMinute(NOW)).toBe(1);
      await expectUntouched(() => revert({ judged }));
    });

    it('does not revert when a newer change is CURRENT', async () => {
      await prepare();
      await changes.accept(third, currentIs(second));
      await expectUntouched(() => revert());
    });

    it('does not revert a change that is not the CURRENT with its digest', async () => {
      await prepare();
      const judged = { ...(await recordAt(2)), envelopeDigest: 'f'.repeat(64) };
      await expectUntouched(() => revert({ judged }));
    });

    it.each([null, { epoch: 1, revision: 2 }])('does not revert when known good is not %p', async (knownGood) => {
      await prepare();
      await expectUntouched(() => revert({ knownGood }));
    });

    it('reverts without a known good when there is none', async () => {
      await changes.accept(first, null);
      await changes.accept(second, currentIs(first));
      await expectUntouched(() => revert({ knownGood: { epoch: 1, revision: 1 } }));
      expect(await revert({ knownGood: null })).toBe('written');
    });

    it('does not revert once the limit of the minute is reached, and does in the next one', async () => {
      await prepare();
      expect(await revert({ revertsPerMinute: 1 })).toBe('written');
      const rolledBack = revertOf(second);
      const next = envelope({ revision: 4 });
      await changes.accept(next, currentIs(rolledBack));
      const more = { judged: await recordAt(4), revert: revertOf(next), revertsPerMinute: 1 };
      await expectUntouched(() => revert(more));
      expect(await revert({ ...more, now: NOW + 60_000 })).toBe('written');
      expect([await changes.revertsInMinute(NOW), await changes.revertsInMinute(NOW + 60_000)]).toEqual([1, 1]);
    });

    it('decides nothing on a record whose state has moved', async () => {
      await prepare();
      const judged = await recordAt(2);
      await changes.decide({ action: 'hold', judged, now: NOW, reason: 'kind', blame });
      const current = judged.order;
      const late: DecisionWrite[] = [
        { action: 'verify', judged, now: NOW, knownGood: null },
        { action: 'hold', judged, now: NOW, reason: 'kind', blame },
        { action: 'supersede', judged, now: NOW, blame, current },
        { action: 'unverify', judged, now: NOW },
      ];
      for (const decision of late) await expectUntouched(() => changes.decide(decision));
      await expectUntouched(() => revert({ judged }));
    });
  });
};
