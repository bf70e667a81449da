import type { ChangeKey, ChangeRecord, ChangeState, HoldReason } from '@flaghoist/core/change';
import type { Complaint } from '@flaghoist/core/complaint';
import { CONCLUDED_MS, type Conclusion, type Decision, decide } from '@flaghoist/core/decision';
import type { Envelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { orderOf, sameOrder } from '@flaghoist/core/order';
import { whatStandsIn } from '@flaghoist/core/place';
import type { DecisionWrite, Seen, WriteResult } from '@flaghoist/core/ports/change-store';
import { firstSeen } from '@flaghoist/core/revert-target';
import { type Facts, gatherFacts, recordOf, silentRegions } from './facts.ts';
import { type RollbackPorts, revertBudget } from './ports.ts';
import { prepareRevert } from './prepare-revert.ts';

const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 25;
/** Of those that a transaction of 100 items writes. More at once are no longer about single Redis. */
const MAX_OUTAGES = 20;
const LONGEST_PAUSE_MS = 400;
/** As many as people read; the flags are there to be asked for more. */
const NAMED_NEEDS = 20;

export interface Settled {
  /** The change as it stands now. */
  readonly record: ChangeRecord;
  /** Whether this very call decided it. Known good that passes a held change decides nothing anew. */
  readonly decided: boolean;
  readonly facts: Facts;
}

interface Options {
  readonly concluding: Conclusion;
}

/**
 * Decides a change as far as the proofs on record allow (rules 13 to 15). Any number of calls may run at once: one
 * transaction wins, the others see that the change has moved, read again and find it decided.
 *
 * @throws UnavailableError when what it needs is not there, or others keep moving it; while a conclusion is late that decides what
 *   the change goes back to
 */
export const settleChange = async (key: ChangeKey, { concluding }: Options, ports: RollbackPorts): Promise<Settled> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const facts = await gatherFacts(key, ports);
    const decision = decide({ ...facts, concluding });
    if (decision.action === 'wait') return { record: facts.judged, decided: false, facts };
    const late = concluding === 'last' ? undefined : lateConclusion(decision, facts);
    if (late !== undefined && concluding === 'early') return { record: facts.judged, decided: false, facts };
    if (late !== undefined)
      throw new UnavailableError(
        `the conclusion of change ${late.changeId}`,
        'It stands between this one and what it goes back to; its workflow is started again within minutes.',
      );

    const write = await writeFor(decision, facts, ports);
    if ((await decideOnce(write, key, ports)) === 'written')
      return { record: await recordOf(key, ports), decided: write.action !== 'advance-known-good', facts };
    const place = write.action === 'revert' ? await whatStandsAt(write.revert, facts.judged, ports) : 'nothing';
    if (write.action === 'revert' && place !== 'nothing') {
      const { changeId, flagKey } = key;
      const fields = { changeId, flagKey, order: orderOf(write.revert) };
      if (place === 'foreign') {
        ports.log.error('somebody wrote into the place of the revert, it is written over: find out who did', fields);
        if ((await decideOnce({ ...write, over: true }, key, ports)) === 'written')
          return { record: await recordOf(key, ports), decided: true, facts };
        continue;
      }
      ports.log.error('place of the revert is taken', fields);
      const { judged, now, blame } = write;
      const held = { judged, now, blame, current: judged.order, seen: { failed: true } };
      if ((await decideOnce({ ...held, action: 'hold', reason: 'revert-refused' }, key, ports)) === 'written')
        return { record: await recordOf(key, ports), decided: true, facts };
    }
    await ports.clock.sleep(ports.random.next() * Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS));
  }
  throw new UnavailableError(
    `a quiet moment to decide change ${key.changeId}`,
    'Others keep writing this flag; the verdict is delivered again.',
  );
};

/**
 * The change between the judged one and its target that home should have concluded by now, and has not: once it is `unverified` it
 * may be the floor, and the judged one is taken back; held, it would stay as it is for good. Nobody waits for longer than the judged
 * change itself takes to be concluded.
 */
const lateConclusion = (decision: Decision, { judged, earlier, now }: Facts): ChangeRecord | undefined => {
  if (decision.action !== 'hold' || decision.reason !== 'another-change-between') return undefined;
  if (now - judged.acceptedAt >= CONCLUDED_MS) return undefined;
  const between = earlier.find(({ state }) => state !== 'rolled-back');
  return between?.state === 'accepted' && now - between.acceptedAt >= CONCLUDED_MS ? between : undefined;
};

/** A transaction whose answer is lost may have been written all the same: then its moment and its state stand in the record. */
const decideOnce = async (write: DecisionWrite, key: ChangeKey, ports: RollbackPorts): Promise<WriteResult> => {
  try {
    return await ports.changes.decide(write);
  } catch (error) {
    const record = await recordOf(key, ports).catch(() => undefined);
    if (record?.state === stateAfter[write.action] && record.decidedAt === write.now) return 'written';
    throw error;
  }
};

const stateAfter: Readonly<Record<DecisionWrite['action'], ChangeState | null>> = {
  verify: 'verified',
  'advance-known-good': null,
  revert: 'rolled-back',
  hold: 'held',
  supersede: 'superseded',
  unverify: 'unverified',
};

type Action = Exclude<Decision, { action: 'wait' }>;

/** @throws UnavailableError when a revert has to be built and its parts cannot be read */
const writeFor = async (decision: Action, facts: Facts, ports: RollbackPorts): Promise<DecisionWrite> => {
  const { judged, knownGoodItem: knownGood, current } = facts;
  const base = { judged, now: ports.clock.now() };
  const heldFor = (reason: HoldReason, complaint: Complaint): Extract<DecisionWrite, { action: 'hold' }> => ({
    ...base,
    action: 'hold',
    reason,
    blame: blameOf(complaint),
    seen: seenIn(facts, complaint),
    current,
  });
  switch (decision.action) {
    case 'verify':
      return { ...base, action: 'verify', knownGood: decision.knownGood ? { from: knownGood } : null };
    case 'advance-known-good':
      return { ...base, action: 'advance-known-good', knownGood: { from: knownGood } };
    case 'unverify':
      return { ...base, action: 'unverify', silentRegions: silentRegions(facts), seen: seenIn(facts) };
    case 'supersede': {
      const { blame } = decision;
      return { ...base, action: 'supersede', blame: blameOf(blame), seen: seenIn(facts, blame), current };
    }
    case 'hold':
      return heldFor(decision.reason, decision.blame);
    case 'revert': {
      const { target } = decision;
      const outages = decision.outages.slice(0, MAX_OUTAGES);
      const { seenAt: answeredAt = base.now } =
        facts.proofs.find(({ region }) => region === decision.blame.region) ?? {};
      const prepared = await prepareRevert({ ...decision, judged, now: base.now, answeredAt }, ports);
      if (prepared === undefined) return heldFor('revert-refused', decision.blame);
      const { revert, facts: about, needs } = prepared;
      if (needs.length > 0)
        return { ...heldFor('needed-by-others', decision.blame), needs: needs.slice(0, NAMED_NEEDS) };
      const blame = blameOf(decision.blame);
      const revertsPerMinute = revertBudget(ports);
      return { ...base, action: 'revert', revert, facts: about, knownGood, target, blame, outages, revertsPerMinute };
    }
  }
};

/**
 * What somebody wrote where the revert belongs: then no attempt will ever get through. Acceptance writes REVISION and record
 * together with CURRENT, so what is there while CURRENT, read after it, still is the judged one, was never accepted.
 * `foreign`: nothing in `changes` says that it was, and it is written over. `revision`: something does.
 */
const whatStandsAt = async (
  revert: Envelope,
  { flagKey, order }: ChangeRecord,
  { flags, changes }: Pick<RollbackPorts, 'flags' | 'changes'>,
): Promise<'nothing' | 'foreign' | 'revision'> => {
  const place = { flagKey, order: orderOf(revert) };
  const standing = await whatStandsIn(place, { flags, changes });
  if (standing === 'nothing') return 'nothing';
  const current = await flags.current(flagKey);
  if (current === undefined || !sameOrder(current.order, order)) return 'nothing';
  return standing === 'foreign' ? 'foreign' : 'revision';
};

const blameOf = ({ region, services }: Complaint) => ({ region, services });

/** What decides later on whether the change may be a floor. */
const seenIn = ({ proofs }: Facts, complaint?: Complaint): Seen => {
  const seenAt = firstSeen(proofs);
  return {
    ...(seenAt === undefined ? {} : { seenAt }),
    ...(complaint?.fault === 'failed' ? { failed: true } : {}),
  };
};
