import { expiryOf, isCanary } from '../canary.ts';
import type { ChangeKey, ChangeRecord, FoundRecord } from '../change.ts';
import { type Envelope, recordOf } from '../envelope.ts';
import { FACTS_STAY } from '../facts.ts';
import type { Order } from '../order.ts';
import type { AcceptOptions, DecisionWrite, ExpectedCurrent, KnownGoodMove } from '../ports/change-store.ts';
import type { KnownGood, StoredRevision } from '../ports/flag-store.ts';
import type { ProposalKey } from '../ports/proposal-store.ts';
import type { Proof } from '../proof.ts';
import type { AcceptedProposal, ProposalOutcome } from '../proposal.ts';
import type { Verdict } from '../verdict.ts';
import { usedWrites } from './approval-items.ts';
import { leftItem, outcomeItem, proofItem, recordItem } from './change-items.ts';
import { ABSENT, countsBelow, isAt, isExactly, isStill, namesDigest } from './conditions.ts';
import { drawnWrites } from './drawn-items.ts';
import { factsWrites } from './facts-writes.ts';
import { currentItem, knownGoodItem, revisionItem, storedOf } from './flag-items.ts';
import { CURRENT_SK, changeSk, flagPk, KNOWN_GOOD_SK, REVERTS_PK, revertsSk } from './keys.ts';
import { outageTaken } from './outage-items.ts';
import type { Condition, Write as WriteIn } from './write.ts';

/* The writes of `changes` and `flags`. A list is one transaction. */

type Write = WriteIn<'changes' | 'flags'>;

/** How a proposal ended is kept for ever, and never replaced; only the canary's expire. */
export const outcomeWrite = (outcome: ProposalOutcome, expires: ReturnType<typeof expiryOf> = {}): Write => ({
  table: 'changes',
  put: { ...outcomeItem(outcome), ...expires },
  condition: ABSENT,
});

/** The outcome of what another home has accepted, at a moment in epoch milliseconds. */
export const takenOverOutcome = (outcome: AcceptedProposal, acceptedAt: number): Write =>
  outcomeWrite(outcome, expiryOf(outcome, acceptedAt));

/** What home has heard of first under an id is kept, and never replaced. */
export const leftWrite = (key: ProposalKey, proposedDigest: string): Write => ({
  table: 'changes',
  put: leftItem(key, proposedDigest),
  condition: ABSENT,
});

/** A record that was read of revisions, where there is none. */
export const recordWrite = (record: ChangeRecord): Write => ({
  table: 'changes',
  put: recordItem(record),
  condition: ABSENT,
});

/** Another state of a record, if it still is in the one in which it was read. */
export const resettlement = (read: ChangeRecord, settled: ChangeRecord): Write => ({
  table: 'changes',
  put: recordItem(settled),
  condition: isStill(read),
});

/** A region's answer. A consistent one is a proof, and never gives way to another; nor does any to older news. */
export const proofWrite = (key: ChangeKey, proof: Proof): Write => ({
  table: 'changes',
  put: proofItem(key, proof),
  ...(proof.verdict === PROVEN ? {} : { condition: isSuperseded(proof) }),
});

const PROVEN: Verdict = 'consistent';

/** `supersedesProof`, of the item that is on record. */
const isSuperseded = ({ seenAt }: Proof): Condition => ({
  op: 'all',
  of: [
    { op: 'differs', attribute: 'verdict', value: PROVEN },
    {
      op: 'any',
      of: [
        { op: 'lacks', attribute: 'seenAt' },
        { op: 'at-most', attribute: 'seenAt', limit: seenAt },
      ],
    },
  ],
});

/**
 * CURRENT, REVISION, the change's record, and what it is to other flags and to the topology: what every accepted revision writes, a revert too
 * (rules 2 and 3); the outcome of the proposal that it answers, and its approvals, which serve no other change from then on.
 * A revert answers none, so no author can be in its way.
 */
export const acceptance = (
  envelope: Envelope,
  replaces: ExpectedCurrent | null,
  facts = FACTS_STAY,
  { over = false }: AcceptOptions = {},
): readonly Write[] => {
  const where = over ? {} : { condition: ABSENT };
  const stored = storedOf(envelope);
  const { flagKey, order } = stored;
  const { id: changeId, author, proposedDigest, takesBack } = envelope.change;
  const expires = expiryOf({ flagKey, author, causeAuthor: takesBack?.author }, envelope.at.accepted);
  return [
    { table: 'flags', put: currentItem(stored), condition: isExactly(replaces) },
    {
      table: 'flags',
      put: { ...revisionItem(stored), ...expires },
      ...where,
    },
    { table: 'changes', put: recordItem(recordOf(envelope)), ...where },
    ...(author === undefined || proposedDigest === undefined
      ? []
      : [outcomeWrite({ outcome: 'accepted', author, changeId, proposedDigest, flagKey, order }, expires)]),
    ...usedWrites(envelope),
    ...factsWrites(flagKey, facts),
    ...drawnWrites(envelope),
  ];
};

/** The writes of a decision, each with the condition that its port promises (rule 13). */
export const decision = (write: DecisionWrite): readonly Write[] => {
  const { judged, now } = write;
  const becomes = (change: Partial<ChangeRecord>): Write => ({
    table: 'changes',
    put: recordItem({ ...judged, ...change, decidedAt: now }),
    condition: isStill(judged),
  });
  const currentIs = (order: Order): Write => ({
    table: 'flags',
    check: { pk: flagPk(judged.flagKey), sk: CURRENT_SK },
    condition: isAt(order),
  });
  switch (write.action) {
    case 'verify':
      return [
        becomes({ state: 'verified', knownGood: write.knownGood !== null }),
        ...(write.knownGood === null ? [] : [moveKnownGood(judged, write.knownGood)]),
      ];
    case 'advance-known-good':
      return [
        { table: 'changes', put: recordItem({ ...judged, knownGood: true }), condition: isStill(judged) },
        moveKnownGood(judged, write.knownGood),
      ];
    case 'revert': {
      const { epoch, revision } = write.revert;
      const knownGood = { pk: flagPk(judged.flagKey), sk: KNOWN_GOOD_SK };
      return [
        becomes({ state: 'rolled-back', revertOrder: { epoch, revision }, blame: write.blame }),
        ...acceptance(write.revert, judged, write.facts, { over: write.over ?? false }),
        { table: 'flags', check: knownGood, condition: isAt(write.knownGood) },
        ...targetIs(write.target),
        ...(write.outages ?? []).map(outageTaken),
        ...(isCanary(judged) ? [] : [countRevert(now, write.revertsPerMinute)]),
      ];
    }
    case 'hold': {
      const { reason, blame, seen, current } = write;
      return [
        becomes({ state: 'held', holdReason: reason, blame, ...needsOf(write), ...seen }),
        ...(current === undefined ? [] : [currentIs(current)]),
      ];
    }
    case 'supersede':
      return [becomes({ state: 'superseded', blame: write.blame, ...write.seen }), currentIs(write.current)];
    case 'unverify': {
      const unverified = { at: now, silentRegions: write.silentRegions ?? [] };
      return [becomes({ state: 'unverified', unverified, ...write.seen })];
    }
  }
};

const needsOf = ({ needs = [] }: Extract<DecisionWrite, { action: 'hold' }>): Pick<ChangeRecord, 'needs'> =>
  needs.length === 0 ? {} : { needs };

/** What a revert brings back must be what it was when it was chosen. A record that cannot be read is nobody's to change. */
const targetIs = (target: FoundRecord | null = null): readonly Write[] =>
  target === null || target.unreadable !== undefined
    ? []
    : [
        {
          table: 'changes',
          check: { pk: flagPk(target.flagKey), sk: changeSk(target.order) },
          condition: isStill(target),
        },
      ];

const moveKnownGood = (judged: ChangeRecord, { from }: KnownGoodMove): Write => ({
  table: 'flags',
  put: knownGoodItem(judged),
  condition: isAt(from),
});

const countRevert = (now: number, limit: number): Write => ({
  table: 'changes',
  update: { pk: REVERTS_PK, sk: revertsSk(now) },
  add: { count: 1 },
  condition: countsBelow('count', limit),
});

/** Puts KNOWN_GOOD back, if it still is what was found; `null`: there is none. */
export const knownGoodRestoration = (found: Order | null, good: KnownGood): Write => ({
  table: 'flags',
  put: knownGoodItem(good),
  condition: isAt(found),
});

/** Puts a REVISION back that is gone. */
export const revisionRestoration = (accepted: StoredRevision): Write => ({
  table: 'flags',
  put: revisionItem(accepted),
  condition: ABSENT,
});

/**
 * Puts the newest accepted revision in the place of a CURRENT that was never accepted, or that is gone; removes it when
 * nothing was ever accepted.
 *
 * @param foundDigest the foreign item's `envelopeDigest`; `null` or empty when it names none, `undefined` when there is no item
 */
export const restoration = (
  flagKey: string,
  foundDigest: string | null | undefined,
  accepted: StoredRevision | undefined,
): Write => {
  const condition = foundDigest === undefined ? ABSENT : namesDigest(foundDigest);
  return accepted === undefined
    ? { table: 'flags', delete: { pk: flagPk(flagKey), sk: CURRENT_SK }, condition }
    : { table: 'flags', put: currentItem(accepted), condition };
};
