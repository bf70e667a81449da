import type { AcknowledgementQuery } from '@flaghoist/core/ports/acknowledgement-log';
import type { GivenApprovals } from '@flaghoist/core/ports/approval-store';
import type { AuditIndex } from '@flaghoist/core/ports/audit-index';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import type { DeadLetters } from '@flaghoist/core/ports/dead-letters';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { CurrentRepair, FlagStore, KnownGoodRepair, RulesVersions } from '@flaghoist/core/ports/flag-store';
import type { HomeStore } from '@flaghoist/core/ports/home-source';
import type { LoadRequests } from '@flaghoist/core/ports/load-requests';
import type { PendingProposals } from '@flaghoist/core/ports/proposal-store';
import type { ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { ServiceQueues } from '@flaghoist/core/ports/service-queues';
import type { TakeOverStore } from '@flaghoist/core/ports/take-over-store';
import type { TopologySource, TopologyStore } from '@flaghoist/core/ports/topology-source';
import type { TrailStore } from '@flaghoist/core/ports/trail-store';
import type { UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';

/** The ports behind which there is another process, as handlers name them. */
interface Ports {
  readonly approvals: GivenApprovals;
  readonly audit: AuditIndex;
  readonly bus: EventBus;
  readonly cache: ServiceCache;
  readonly changes: ChangeStore & TakeOverStore;
  readonly deadLetters: DeadLetters;
  readonly flags: FlagStore & CurrentRepair & KnownGoodRepair & RulesVersions;
  readonly home: HomeStore;
  readonly loads: LoadRequests;
  readonly proposals: PendingProposals;
  readonly query: AcknowledgementQuery;
  readonly queues: ServiceQueues;
  readonly repair: CurrentRepair;
  readonly topic: ChangeTopic;
  readonly topology: TopologySource & TopologyStore;
  readonly trail: TrailStore;
  readonly upstream: UpstreamFlags;
  readonly verification: VerificationStore;
}

/** The name by which handlers take a port behind which there is another process. */
export type PortName = keyof Ports;

/**
 * `writes`: leaves something behind that outlives the process. `walks`: reads while the caller iterates. `knows`: asks
 * nobody.
 */
type CallOf<Method> = Method extends (...input: never[]) => AsyncIterable<unknown>
  ? 'walks'
  : Method extends (...input: never[]) => Promise<unknown>
    ? 'reads' | 'writes'
    : 'knows';

/**
 * Every method of every port. The compiler asks for a method that a port has and this list has not, so that the tests that
 * let a function die at each of its writes miss none.
 */
const portCalls: { readonly [P in keyof Ports]: { readonly [M in keyof Ports[P]]: CallOf<Ports[P][M]> } } = {
  approvals: { note: 'writes', found: 'reads' },
  audit: { create: 'writes', existing: 'reads', search: 'reads', newest: 'reads' },
  bus: { publish: 'writes' },
  cache: {
    ...{ apply: 'writes', inspect: 'reads', contents: 'reads', writeManifest: 'writes', redisOf: 'knows' },
    ...{ instances: 'reads', forgetInstances: 'writes' },
  },
  changes: {
    outcome: 'reads',
    accept: 'writes',
    refuse: 'writes',
    noteOverwriting: 'writes',
    leave: 'writes',
    leftDigest: 'reads',
    record: 'reads',
    undecided: 'walks',
    recordsBefore: 'walks',
    recordProof: 'writes',
    proofs: 'reads',
    revertsInMinute: 'reads',
    redis: 'reads',
    redisesOf: 'reads',
    noteTaken: 'writes',
    noteDegraded: 'writes',
    noteEnded: 'writes',
    decide: 'writes',
    takeOverOutcome: 'writes',
    takeOverRecord: 'writes',
    takeOverFacts: 'writes',
    resettle: 'writes',
  },
  deadLetters: { give: 'writes' },
  flags: {
    current: 'reads',
    revision: 'reads',
    newestRevision: 'reads',
    newestRevisions: 'reads',
    knownGood: 'reads',
    facts: 'reads',
    needed: 'reads',
    alike: 'reads',
    rulesVersion: 'reads',
    reportRulesVersion: 'writes',
    currents: 'walks',
    revisions: 'walks',
    restoreCurrent: 'writes',
    restoreRevision: 'writes',
    restoreKnownGood: 'writes',
  },
  home: { home: 'reads', lastMove: 'reads', move: 'writes' },
  loads: { request: 'writes' },
  proposals: { pending: 'walks', dropMark: 'writes', proposal: 'reads', settle: 'writes' },
  query: { start: 'writes', results: 'reads' },
  queues: { retryAfter: 'writes', giveUp: 'writes', givenUp: 'reads' },
  repair: { restoreCurrent: 'writes', restoreRevision: 'writes' },
  topic: { publish: 'writes' },
  topology: {
    latest: 'reads',
    at: 'reads',
    newest: 'reads',
    drawn: 'reads',
    publication: 'reads',
    publish: 'writes',
  },
  trail: { happened: 'walks', awaited: 'walks', progress: 'reads', keepProgress: 'writes' },
  upstream: { flag: 'reads' },
  verification: {
    expect: 'writes',
    row: 'reads',
    openRows: 'reads',
    unprovenRows: 'reads',
    refusalOf: 'reads',
    answer: 'writes',
    reopen: 'writes',
    acquireLease: 'writes',
    releaseLease: 'writes',
    recordFailure: 'writes',
    noteFailedWrites: 'writes',
    noteWell: 'writes',
    redisNotes: 'reads',
    endOutage: 'writes',
    noteTold: 'writes',
  },
};

type Call = 'reads' | 'writes' | 'walks';

const calls: ReadonlyMap<string, ReadonlyMap<string, Call | 'knows'>> = new Map(
  Object.entries(portCalls).map(([port, methods]) => [port, new Map<string, Call | 'knows'>(Object.entries(methods))]),
);

/** What calling a method does; `undefined` when there is no process behind it. */
export const callOf = (port: string, method: string | symbol): Call | undefined => {
  const call = calls.get(port)?.get(String(method));
  return call === 'knows' ? undefined : call;
};

/** Ports that are the process's own: it dies with them. */
const ownPorts: ReadonlySet<string> = new Set(['acknowledgements', 'clock', 'fastPath', 'log', 'metrics', 'random']);

const hasMethods = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== Object.prototype || Object.values(value).some((member) => typeof member === 'function');
};

/**
 * A function's ports, with those behind which there is another process wrapped.
 *
 * @throws Error for a port that this file does not know: no test would let a function die at its writes
 */
export const wrapPorts = <P extends object>(ports: P, wrap: (name: string, port: object) => object): P => {
  const wrapped = Object.entries(ports).flatMap(([name, port]) => {
    if (!hasMethods(port) || ownPorts.has(name)) return [];
    if (!calls.has(name)) throw new Error(`enter the port "${name}" into portCalls of @flaghoist/test-kit/port-calls`);
    return [[name, wrap(name, port)] as const];
  });
  return { ...ports, ...Object.fromEntries(wrapped) };
};
