import type { ProposableKind } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { EventType } from '@flaghoist/core/events';
import type { UpstreamFlags } from '@flaghoist/core/ports/upstream-flags';
import type { Proposal } from '@flaghoist/core/proposal';
import { rulesVersionWrite } from '@flaghoist/core/storage/flag-items';
import { upstreamFlagsIn } from '@flaghoist/core/upstream';
import { InMemoryGivenApprovals } from '@flaghoist/in-memory/approval-store';
import { changesTable, InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { RecordingChangeTopic } from '@flaghoist/in-memory/change-topic';
import { InMemoryDeadLetters } from '@flaghoist/in-memory/dead-letters';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { InMemoryHomeStore } from '@flaghoist/in-memory/home-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { RecordingMetrics } from '@flaghoist/in-memory/metrics';
import { InMemoryPendingProposals, InMemoryProposalStore, proposalsTable } from '@flaghoist/in-memory/proposal-store';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { RULES_VERSION } from '@flaghoist/rules/version';
import { AUTHOR, authorAt } from '@flaghoist/test-kit/author';
import { topologyOf } from '@flaghoist/test-kit/topology';
import type { DynamoDBRecord } from 'aws-lambda';
import { createAcceptHandler, createTellHandler } from '../../lib/handler.ts';
import type { AcceptHandlerPorts, ResumePorts, TellPorts } from '../../lib/ports.ts';
import { eventOf, tailOf } from './stream-tail.ts';

export const FLAG = 'checkout.new-form';
export const HOME = 'us-east-1';
export const REGIONS = [HOME, 'eu-west-1', 'ap-south-1', 'sa-east-1'];

/** `ap-south-1` is joining, `sa-east-1` draining: both are published to, and neither must prove anything. */
const topology = topologyOf({
  home: HOME,
  regions: [HOME, 'eu-west-1', { name: 'ap-south-1', state: 'joining' }, { name: 'sa-east-1', state: 'draining' }],
  services: ['accounts', 'cards', 'ledger'],
});

export const document = {
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant: 'off',
  targeting: { if: [{ in: [{ var: 'country' }, ['DE', 'FR']] }, 'on', 'off'] },
};

/** The home region: its stores, its accept function, and an author. */
export const createHome = () => {
  const clock = new VirtualScheduler();
  const tables = {
    proposals: proposalsTable({ region: HOME, clock }),
    changes: changesTable({ region: HOME, clock }),
    flags: new Table({ name: 'flags', region: HOME, clock }),
  };
  const changes = new InMemoryChangeStore(tables);
  const proposals = new InMemoryPendingProposals(tables.proposals);
  const store = new InMemoryProposalStore({ proposals: tables.proposals, principal: AUTHOR, clock });
  const flags = new InMemoryFlagStore(tables.flags);
  for (const region of REGIONS) tables.flags.write(rulesVersionWrite(region, RULES_VERSION, 0));
  const topologies = new InMemoryTopologySource(topology);
  const topic = new RecordingChangeTopic();
  const bus = new InMemoryEventBus({ region: HOME, scheduler: clock });
  const log = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const deadLetters = new InMemoryDeadLetters();
  const ports: AcceptHandlerPorts & ResumePorts & TellPorts = {
    environment: 'dev',
    region: HOME,
    home: { home: async () => ({ region: HOME, epoch: 1 }) },
    policy: DEFAULT_POLICY,
    directory: EMPTY_DIRECTORY,
    waivers: [],
    upstream: null,
    flags,
    proposals,
    approvals: new InMemoryGivenApprovals(tables),
    changes,
    topology: topologies,
    topic,
    bus,
    deadLetters,
    clock,
    random: new SeededRandom(1),
    log,
    metrics,
  };
  const tail = tailOf(tables.proposals, tables.changes);
  const ada = authorAt(ports);
  const current = (flagKey = FLAG) => ada.current(flagKey);

  /** A sound proposal against what is there, different only in what is named. */
  const proposalOf = (kind: ProposableKind, over: Partial<Proposal> = {}): Promise<Proposal> =>
    ada.proposalOf(kind, {
      flagKey: FLAG,
      ...(kind === 'killed' || kind === 'archived' ? {} : { document }),
      ...over,
    });

  const propose = async (kind: ProposableKind, over: Partial<Proposal> = {}): Promise<Proposal> => {
    const proposal = await proposalOf(kind, over);
    await store.propose(proposal);
    return proposal;
  };

  /** Hands records to the functions that read their streams, through these ports. @returns the sequence numbers that it reports as failed */
  const deliver = async (
    records: readonly DynamoDBRecord[],
    through: AcceptHandlerPorts & TellPorts = ports,
  ): Promise<string[]> => {
    const failed: string[] = [];
    for (const [create, table] of [
      [createAcceptHandler, tables.proposals],
      [createTellHandler, tables.proposals],
      [createTellHandler, tables.changes],
    ] as const) {
      const batch = eventOf(...records.filter(({ eventID }) => eventID?.startsWith(`${HOME}-${table.name}-`)));
      if (batch.Records.length === 0) continue;
      const { batchItemFailures } = await clock.run(create(through)(batch));
      failed.push(...batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    }
    return [...new Set(failed)];
  };

  /** Hands over all that was written, and what that writes, until nothing is left. */
  const settle = async (): Promise<string[]> => {
    const failed: string[] = [];
    for (let records = tail.take(); records.length > 0; records = tail.take()) {
      failed.push(...(await deliver(records)));
    }
    return failed;
  };

  const revisions = async (flagKey = FLAG): Promise<Envelope[]> => {
    const found: Envelope[] = [];
    for await (const stored of flags.revisions())
      if (stored.flagKey === flagKey) found.push(parseEnvelope(stored.body));
    return found;
  };

  return {
    clock,
    tables,
    changes,
    flags,
    topologies,
    topic,
    bus,
    log,
    metrics,
    deadLetters,
    ports,
    tail,
    current,
    author: store,
    outcome: (changeId: string) => changes.outcome(AUTHOR, changeId),
    proposalOf,
    propose,
    deliver,
    settle,
    revisions,
    /** Proposes and settles. @returns the outcome */
    decide: async (kind: ProposableKind, over: Partial<Proposal> = {}) => {
      const { change } = await propose(kind, over);
      await settle();
      return changes.outcome(AUTHOR, change.id);
    },
    sentTo: (revision: number) => topic.regionsSent(revision),
    eventsOf: (type: EventType) => bus.published.filter((event) => event.type === type),
    eventTypes: (): string[] => bus.published.map(({ type }) => type),
  };
};

export type Home = ReturnType<typeof createHome>;

/** What the next environment sees of this one. */
export const upstreamOf = ({ flags, changes, tables }: Home): UpstreamFlags =>
  upstreamFlagsIn({ flags, changes, home: new InMemoryHomeStore(tables.flags) });
