import { CANARY_FLAG, SHADOW_SERVICE } from '@flaghoist/core/canary';
import type { ChangeRecord } from '@flaghoist/core/change';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { ProposalStore } from '@flaghoist/core/ports/proposal-store';
import { nextProposal } from './next-proposal.ts';

export interface CanaryPorts {
  /** Under the machine's own key. */
  readonly proposals: ProposalStore;
  /** The principal of that key. */
  readonly author: string;
  readonly flags: Pick<FlagStore, 'current'>;
  readonly changes: Pick<ChangeStore, 'outcome' | 'record' | 'recordsBefore'>;
  /** Makes the canary's cache in a region keep nothing of what it answers as taken. @returns what mends it */
  plant(region: string): () => void;
  readonly clock: Clock;
}

/** One change of the canary. */
export interface Step {
  /** Where it is wrong on purpose; `null`: nowhere. */
  readonly planted: string | null;
}

/** How it ended. */
export interface StepEnd {
  readonly changeId: string;
  /** `undefined`: it was not accepted. */
  readonly record: ChangeRecord | undefined;
  readonly why: string;
  /** What was planted was named and taken back; where nothing was, it was verified. */
  readonly asExpected: boolean;
  /** From acceptance to the decision, milliseconds; `null` where there is none. */
  readonly tookMs: number | null;
}

/** A planted fault is found at the first look after 15 s; whoever needs longer has not found it. */
export const DECIDED_WITHIN_MS = 50_000;
const POLL_MS = 250;

/** Changes the canary once, and waits for how that ends. */
export const stepCanary = async ({ planted }: Step, ports: CanaryPorts): Promise<StepEnd> => {
  const mend = planted === null ? undefined : ports.plant(planted);
  try {
    const { clock, changes, author, flags } = ports;
    const until = clock.now() + DECIDED_WITHIN_MS;
    const current = await flags.current(CANARY_FLAG);
    const proposal = nextProposal({ current, now: clock.now(), planted });
    const { id: changeId } = proposal.change;
    await ports.proposals.propose(proposal);
    let record: ChangeRecord | undefined;
    let why = 'nobody has answered it';
    for (; clock.now() < until; await clock.sleep(POLL_MS)) {
      const outcome = await changes.outcome(author, changeId);
      if (outcome === undefined) continue;
      why = outcome.outcome;
      if (outcome.outcome !== 'accepted') break;
      record = await changes.record(CANARY_FLAG, outcome.order);
      if (record !== undefined && record.state !== 'accepted') break;
    }
    return { changeId, record, why: record?.state ?? why, ...judge(record, planted) };
  } finally {
    mend?.();
  }
};

const judge = (record: ChangeRecord | undefined, planted: string | null): Pick<StepEnd, 'asExpected' | 'tookMs'> => {
  if (record?.decidedAt === undefined) return { asExpected: false, tookMs: null };
  const tookMs = record.decidedAt - record.acceptedAt;
  return { asExpected: planted === null ? record.state === 'verified' : isDetection(record, planted), tookMs };
};

/** Whether a change was taken back, and the canary's cache in this region was named for it. */
export const isDetection = ({ state, blame }: ChangeRecord, region: string): boolean =>
  state === 'rolled-back' && blame?.region === region && blame.services.includes(SHADOW_SERVICE);
