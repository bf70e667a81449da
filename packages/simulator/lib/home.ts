import type { SweepHandler } from '@flaghoist/audit-writer/handler';
import { EVENT_SOURCE, parseBridgeMessage } from '@flaghoist/core/events';
import type { ApprovalStore } from '@flaghoist/core/ports/approval-store';
import type { ProposalStore } from '@flaghoist/core/ports/proposal-store';
import { HOME } from '@flaghoist/core/storage/keys';
import { InMemoryApprovalStore, InMemoryGivenApprovals } from '@flaghoist/in-memory/approval-store';
import { InMemoryAuditIndex } from '@flaghoist/in-memory/audit-index';
import type { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { InMemoryChangeTopic } from '@flaghoist/in-memory/change-topic';
import { unmeasured } from '@flaghoist/in-memory/metrics';
import {
  InMemoryPendingProposals,
  InMemoryProposalStore,
  proposalsTable as proposalTable,
} from '@flaghoist/in-memory/proposal-store';
import type { Queue } from '@flaghoist/in-memory/queue';
import type { ScheduledTask } from '@flaghoist/in-memory/scheduler';
import type { StreamEventSource } from '@flaghoist/in-memory/stream-event-source';
import type { Table } from '@flaghoist/in-memory/table';
import { InMemoryTrailStore } from '@flaghoist/in-memory/trail-store';
import type { AcceptPorts } from '@flaghoist/validator/ports';
import { fillPlaceholders } from '@flaghoist/wiring/placeholders';
import type { Platform } from './platform.ts';
import { givingUpInto, named, queuesOf } from './queues.ts';
import type { Region } from './region.ts';
import { startSchedules } from './schedules.ts';
import { homeSeats } from './seats.ts';
import { wire } from './wire.ts';

/** Who somebody is in a world without accounts. */
export const principalOf = (user: string): string => `local:${user}`;

/** What only home and standby have: proposals, decisions, the audit trail. Idle where another region is home. */
export interface Home {
  readonly region: string;
  readonly changes: InMemoryChangeStore;
  readonly proposalsTable: Table;
  readonly changesTable: Table;
  readonly audit: InMemoryAuditIndex;
  /** Home's queues and its region's, dead letters included, by the plan's names. */
  readonly queues: ReadonlyMap<string, Queue>;
  /** What a user of this world may do, under his own key. */
  author(user: string): ProposalStore;
  /** What whoever has a principal may do, under that key. */
  authorWith(principal: string): ProposalStore & ApprovalStore;
  readonly accept: StreamEventSource;
  readonly tell: StreamEventSource;
  /** Ties a region's bus to the home bus, both ways. */
  connect(region: Region): void;
  readonly sweep: SweepHandler;
  /** What accepting judges by, for who asks what a proposal would come to. */
  readonly judging: AcceptPorts;
  startSchedules(): void;
  stop(): void;
}

/** Adds what home has to the region that is home. */
export const createHome = (platform: Platform, region: Region): Home => {
  const { scheduler, random, latency, network, log, limits, wiring, watchers, keeping } = platform;
  const { bus, changes, changesTable } = region;
  const proposalsTable = proposalTable({
    region: region.name,
    clock: scheduler,
    limits,
    storage: keeping?.table({ region: region.name, table: 'proposals' }, { keepsRecords: true }),
  });
  const audit = new InMemoryAuditIndex(keeping && { region: region.name, storage: keeping.trail(region.name) });
  const topic = new InMemoryChangeTopic({
    region: region.name,
    topics: platform.topics,
    clock: scheduler,
    network,
    latency,
  });
  const queues = new Map([...region.ownQueues, ...queuesOf(platform, { region: region.name, scope: 'home' })]);
  const ports = {
    region: region.name,
    environment: platform.environment,
    home: region.home,
    policy: platform.policy,
    directory: platform.directory,
    waivers: platform.waivers,
    upstream: platform.upstream,
    flags: region.store,
    proposals: new InMemoryPendingProposals(proposalsTable),
    approvals: new InMemoryGivenApprovals({ proposals: proposalsTable, changes: changesTable }),
    changes,
    topology: region.topology,
    topic,
    bus,
    audit,
    trail: new InMemoryTrailStore(changesTable),
    clock: scheduler,
    random,
    log,
    metrics: unmeasured,
  };
  const { functions, streams, schedules } = wire(
    platform,
    {
      region: region.name,
      scope: 'home',
      tables: new Map([
        ['proposals', proposalsTable],
        ['changes', changesTable],
      ]),
      queues,
      bus,
      wakeUps: region.wakeUps,
    },
    homeSeats({ ...ports, deadLettersOf: givingUpInto(platform, queues) }),
  );
  bus.addRule({ source: [EVENT_SOURCE] }, (message) => {
    // What reaches home: the standby hears the same.
    if (watchers.size === 0 || region.flags.get(HOME.pk, HOME.sk)?.['region'] !== region.name) return;
    const event = parseBridgeMessage(message);
    for (const watcher of watchers) watcher.happened?.(event);
  });

  const authorWith = (principal: string): ProposalStore & ApprovalStore => {
    const own = { proposals: proposalsTable, principal };
    const proposing = new InMemoryProposalStore({ ...own, clock: scheduler });
    const approving = new InMemoryApprovalStore(own);
    return {
      propose: (proposal) => proposing.propose(proposal),
      withdraw: (changeId) => proposing.withdraw(changeId),
      approve: (approval, actor) => approving.approve(approval, actor),
      draft: (proposal, environment) => approving.draft(proposal, environment),
      drafted: (author, proposalDigest, environment) => approving.drafted(author, proposalDigest, environment),
    };
  };

  let started: readonly ScheduledTask[] = [];
  return {
    region: region.name,
    changes,
    proposalsTable,
    changesTable,
    audit,
    queues,
    accept: named(streams, 'validator.accept proposals'),
    tell: named(streams, 'validator.tell changes'),
    author: (user) => authorWith(principalOf(user)),
    authorWith,
    connect: (other) => {
      if (other.name === region.name) return;
      for (const { from, pattern, deadLetter } of Object.values(wiring.forwards)) {
        const [sender, receiver] = from === 'home' ? [region, other] : [other, region];
        const filled = fillPlaceholders(pattern, { region: sender.name, to: receiver.name });
        sender.bus.forward(filled, receiver.bus, { deadLetters: named(sender.ownQueues, deadLetter) });
      }
    },
    sweep: functions['audit-writer.sweep'].onInput,
    judging: ports,
    startSchedules: () => {
      started = startSchedules(platform, schedules, { queues, topology: region.topology });
    },
    stop: () => {
      for (const task of started) task.cancel();
    },
  };
};
