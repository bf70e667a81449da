import type { ProposableKind } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import type { EventType } from '@flaghoist/core/events';
import type { Proposal } from '@flaghoist/core/proposal';
import { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { RecordingChangeTopic } from '@flaghoist/in-memory/change-topic';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { EMPTY_DIRECTORY } from '@flaghoist/rules/directory';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { authorAt } from '@flaghoist/test-kit/author';
import { topologyOf } from '@flaghoist/test-kit/topology';
import type { DynamoDBRecord } from 'aws-lambda';
import { createAcceptHandler } from '../../lib/handler.ts';
import type { AcceptPorts } from '../../lib/ports.ts';
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
    changes: new Table({ name: 'changes', region: HOME, clock }),
    flags: new Table({ name: 'flags', region: HOME, clock }),
  };
  const changes = new InMemoryChangeStore(tables);
  const flags = new InMemoryFlagStore(tables.flags);
  const topologies = new InMemoryTopologySource(topology);
  const topic = new RecordingChangeTopic();
  const bus = new InMemoryEventBus({ region: HOME, scheduler: clock });
  const log = new RecordingLogger();
  const ports: AcceptPorts = {
    environment: 'dev',
    region: HOME,
    home: { home: async () => ({ region: HOME, epoch: 1 }) },
    policy: DEFAULT_POLICY,
    directory: EMPTY_DIRECTORY,
    upstream: null,
    flags,
    changes,
    topology: topologies,
    topic,
    bus,
    clock,
    random: new SeededRandom(1),
    log,
  };
  const tail = tailOf(tables.changes);
  const author = authorAt(ports);
  const current = (flagKey = FLAG) => author.current(flagKey);

  /** A sound proposal against what is there, different only in what is named. */
  const proposalOf = (kind: ProposableKind, over: Partial<Proposal> = {}): Promise<Proposal> =>
    author.proposalOf(kind, {
      flagKey: FLAG,
      ...(kind === 'killed' || kind === 'archived' ? {} : { document }),
      ...over,
    });

  const propose = async (kind: ProposableKind, over: Partial<Proposal> = {}): Promise<Proposal> => {
    const proposal = await proposalOf(kind, over);
    await changes.propose(proposal);
    return proposal;
  };

  /** Hands records to the function, through these ports. @returns the sequence numbers that it reports as failed */
  const deliver = async (records: readonly DynamoDBRecord[], through: AcceptPorts = ports): Promise<string[]> => {
    const { batchItemFailures } = await clock.run(createAcceptHandler(through)(eventOf(...records)));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
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
    ports,
    tail,
    current,
    proposalOf,
    propose,
    deliver,
    settle,
    revisions,
    /** Proposes and settles. @returns the outcome */
    decide: async (kind: ProposableKind, over: Partial<Proposal> = {}) => {
      const { change } = await propose(kind, over);
      await settle();
      return changes.outcome(change.id);
    },
    sentTo: (revision: number) => topic.regionsSent(revision),
    eventsOf: (type: EventType) => bus.published.filter((event) => event.type === type),
    eventTypes: (): string[] => bus.published.map(({ type }) => type),
  };
};

export type Home = ReturnType<typeof createHome>;
