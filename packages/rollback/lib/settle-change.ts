import type { ChangeKey, ChangeRecord } from '@flaghoist/core/change';
import { type Decision, decide, type Proof } from '@flaghoist/core/decision';
import { UnavailableError } from '@flaghoist/core/errors';
import type { DecisionWrite } from '@flaghoist/core/ports/change-store';
import { type Facts, gatherFacts, recordOf, silentRegions } from './facts.ts';
import { type RollbackPorts, revertBudget } from './ports.ts';
import { prepareRevert } from './prepare-revert.ts';

const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;
/** As many as people read; the flags are there to be asked for more. */
const NAMED_NEEDS = 20;

export interface Settled {
  /** The change as it stands now. */
  readonly record: ChangeRecord;
  /** Whether this very call decided it. */
  readonly decided: boolean;
  readonly facts: Facts;
}

interface Options {
  /** The home workflow's 60 s are over. */
  readonly concluding: boolean;
}

/**
 * Decides a change as far as the proofs on record allow (rules 13 to 15). Any number of calls may run at once: one
 * transaction wins, the others see that the change has moved, read again and find it decided.
 *
 * @throws UnavailableError when what it needs is not there, or others keep moving it
 */
export const settleChange = async (key: ChangeKey, { concluding }: Options, ports: RollbackPorts): Promise<Settled> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const facts = await gatherFacts(key, ports);
    const decision = decide({ ...facts, concluding });
    if (decision.action === 'wait') return { record: facts.judged, decided: false, facts };

    const write = await writeFor(decision, facts, ports);
    if ((await ports.changes.decide(write)) === 'written')
      return { record: await recordOf(key, ports), decided: true, facts };
    await ports.clock.sleep(ports.random.next() * Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS));
  }
  throw new UnavailableError(
    `a quiet moment to decide change ${key.changeId}`,
    'Others keep writing this flag; the verdict is delivered again.',
  );
};

type Action = Exclude<Decision, { action: 'wait' }>;

/** @throws UnavailableError when a revert has to be built and its parts cannot be read */
const writeFor = async (decision: Action, facts: Facts, ports: RollbackPorts): Promise<DecisionWrite> => {
  const { judged, knownGood } = facts;
  const base = { judged, now: ports.clock.now() };
  switch (decision.action) {
    case 'verify':
      return { ...base, action: 'verify', knownGood: decision.knownGood ? { from: knownGood } : null };
    case 'advance-known-good':
      return { ...base, action: 'advance-known-good', knownGood: { from: knownGood } };
    case 'unverify':
      return { ...base, action: 'unverify', silentRegions: silentRegions(facts) };
    case 'supersede':
      return { ...base, action: 'supersede', blame: blameOf(decision.blame), current: facts.current };
    case 'hold':
      return { ...base, action: 'hold', reason: decision.reason, blame: blameOf(decision.blame) };
    case 'revert': {
      const prepared = await prepareRevert({ ...decision, judged, now: base.now }, ports);
      const blame = blameOf(decision.blame);
      if (prepared === undefined) return { ...base, action: 'hold', reason: 'revert-refused', blame };
      const { revert, facts: about, needs } = prepared;
      if (needs.length > 0)
        return { ...base, action: 'hold', reason: 'needed-by-others', blame, needs: needs.slice(0, NAMED_NEEDS) };
      return {
        ...base,
        action: 'revert',
        revert,
        facts: about,
        knownGood,
        blame,
        revertsPerMinute: revertBudget(ports),
      };
    }
  }
};

const blameOf = ({ region, services }: Proof) => ({ region, services });
