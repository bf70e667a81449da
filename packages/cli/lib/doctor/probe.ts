import type { FlagState } from '@flaghoist/core/change';
import type { Order } from '@flaghoist/core/order';
import type { AcknowledgementQuery } from '@flaghoist/core/ports/acknowledgement-log';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { ProposalStore } from '@flaghoist/core/ports/proposal-store';
import type { Proposal, ProposalOutcome } from '@flaghoist/core/proposal';
import { type Finding, type Found, made } from './finding.ts';

/** The one flag that hoist doctor changes. */
const PROBE_FLAG = 'hoist-doctor-probe';

export interface ProbePorts {
  readonly home: string;
  readonly principal: string;
  readonly proposals: ProposalStore;
  readonly changes: Pick<ChangeStore, 'outcome' | 'record'>;
  readonly flags: Pick<FlagStore, 'current'>;
  readonly regions: readonly {
    readonly region: string;
    readonly replica: Pick<FlagStore, 'revision'>;
    readonly query: AcknowledgementQuery;
  }[];
  readonly clock: Clock;
}

export interface Probed {
  readonly service: string;
  readonly owner: string;
}

const POLL_MS = 250;
/** A log query is begun ten times a second at most, for all that ask. */
const QUERY_EVERY_MS = 2_000;
const WAIT_MS = 120_000;

const document = (isOn: boolean): Record<string, unknown> => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: isOn ? 'on' : 'off',
});

/** What may be proposed of a flag that is so; one that there never was is like one that is gone. */
const KINDS: Readonly<Record<FlagState, Proposal['kind']>> = {
  live: 'updated',
  killed: 'restored',
  archived: 'created',
};

/** Changes the probe's flag for one service, as any author would, and measures the way to each region and to the verdict. */
export const probe = async ({ service, owner }: Probed, ports: ProbePorts): Promise<readonly Finding[]> => {
  const { home, changes, flags, principal, proposals, clock } = ports;
  const begun = clock.now();
  const before = await flags.current(PROBE_FLAG);
  const state = before && (await changes.record(PROBE_FLAG, before.order))?.flagState;
  const proposal: Proposal = {
    flagKey: PROBE_FLAG,
    kind: KINDS[state ?? 'archived'],
    basedOn: before?.order ?? null,
    document: document(before === undefined || before.order.revision % 2 === 0),
    offVariant: 'off',
    audience: [service],
    owner,
    change: {
      id: `hoist-doctor-${begun}`,
      actor: principal,
      authentication: 'aws',
      reason: 'hoist doctor measures how long a change takes',
      ticket: 'DOCTOR-1',
    },
    proposedAt: begun,
  };
  let outcome: ProposalOutcome | undefined;
  const accepted = await made(home, 'probe', async () => {
    await proposals.propose(proposal);
    outcome = await until(clock, POLL_MS, () => changes.outcome(principal, proposal.change.id));
    return judged(outcome, clock.now() - begun);
  });
  if (outcome?.outcome !== 'accepted') return [accepted];
  const { order } = outcome;
  const waits = { order, begun, clock };
  const places = await Promise.all(
    ports.regions.map((place) => made(place.region, 'probe', () => reached(place, waits))),
  );
  return [accepted, ...places, await made(home, 'probe', () => verdictOf(changes, waits))];
};

interface Waits {
  readonly order: Order;
  readonly begun: number;
  readonly clock: Clock;
}

const until = async <T>(clock: Clock, everyMs: number, ask: () => Promise<T | undefined>): Promise<T | undefined> => {
  const end = clock.now() + WAIT_MS;
  do {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await clock.sleep(everyMs);
  } while (clock.now() < end);
  return undefined;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const judged = (outcome: ProposalOutcome | undefined, took: number): Found => {
  if (outcome === undefined) return { status: 'ill', found: `no outcome of the proposal in ${seconds(WAIT_MS)}` };
  if (outcome.outcome === 'accepted') {
    return { status: 'well', found: `accepted ${seconds(took)} after it was written`, measured: { accepted: took } };
  }
  const why = outcome.outcome === 'rejected' ? `: ${outcome.violations.map(({ ruleId }) => ruleId).join(', ')}` : '';
  return {
    status: 'look',
    found: `${outcome.outcome}${why}, ${seconds(took)} after it was written`,
    measured: { refused: took },
  };
};

/** When the revision is in the region's replica, and when the real query finds the line of the cache that took it. */
const reached = async (
  { replica, query }: ProbePorts['regions'][number],
  { order, begun, clock }: Waits,
): Promise<Found> => {
  if ((await until(clock, POLL_MS, () => replica.revision(PROBE_FLAG, order))) === undefined) {
    return { status: 'ill', found: `its replica has not had the change for ${seconds(WAIT_MS)}` };
  }
  const replicated = clock.now() - begun;
  const line = await until(clock, QUERY_EVERY_MS, () => found(query, { order, begun, clock }));
  const logged = clock.now() - begun;
  if (line === undefined) {
    const says = `in its replica after ${seconds(replicated)}, and no line of a cache in ${seconds(WAIT_MS)}`;
    return { status: 'ill', found: says, measured: { replicated } };
  }
  return {
    status: 'well',
    found: `in its replica after ${seconds(replicated)}, its line found by the query after ${seconds(logged)}`,
    measured: { replicated, logged },
  };
};

const found = async (query: AcknowledgementQuery, { order, begun, clock }: Waits): Promise<true | undefined> => {
  const id = await query.start({ from: begun - 60_000, to: clock.now() + 60_000, flagKeys: [PROBE_FLAG] });
  const page = await until(clock, POLL_MS, async () => {
    const answer = await query.results(id);
    return answer.status === 'running' ? undefined : answer;
  });
  if (page?.status !== 'complete') return undefined;
  const holds = page.rows.some(
    ({ heldOrder }) =>
      heldOrder.epoch > order.epoch || (heldOrder.epoch === order.epoch && heldOrder.revision >= order.revision),
  );
  return holds ? true : undefined;
};

const verdictOf = async (changes: ProbePorts['changes'], { order, begun, clock }: Waits): Promise<Found> => {
  const state = await until(clock, POLL_MS, async () => {
    const record = await changes.record(PROBE_FLAG, order);
    return record === undefined || record.state === 'accepted' ? undefined : record.state;
  });
  const verdict = clock.now() - begun;
  return state === 'verified'
    ? { status: 'well', found: `verified after ${seconds(verdict)}`, measured: { verdict } }
    : { status: 'ill', found: `${state ?? 'undecided'} after ${seconds(verdict)}`, measured: { verdict } };
};
