import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { ApprovalStore } from '@flaghoist/core/ports/approval-store';
import type { AuditIndex } from '@flaghoist/core/ports/audit-index';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { PendingProposals, ProposalStore } from '@flaghoist/core/ports/proposal-store';
import type { ServiceCache } from '@flaghoist/core/ports/service-cache';
import type { ServiceQueues } from '@flaghoist/core/ports/service-queues';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';
import type { VerificationStore } from '@flaghoist/core/ports/verification-store';
import type { Service } from '@flaghoist/core/topology';
import type { Transition } from '@flaghoist/core/topology-change';
import type { CanaryStatus } from '@flaghoist/operations/canary/status';
import type { MoveReport } from '@flaghoist/operations/move-report';
import type { ReceiptKey, ReceiptSigner } from '@flaghoist/receipts/signer';
import type { Directory } from '@flaghoist/rules/directory';
import type { Policy } from '@flaghoist/rules/policy';
import type { AcceptPorts } from '@flaghoist/validator/ports';

/** What only the region has that is home now. Asked for anew by each request: home may move. */
export interface HomePorts {
  readonly region: string;
  readonly home: HomeSource;
  readonly flags: FlagStore;
  readonly changes: Pick<ChangeStore, 'outcome' | 'record' | 'recordsBefore' | 'proofs' | 'undecided' | 'redisesOf'>;
  readonly proposals: Pick<PendingProposals, 'pending' | 'proposal'>;
  readonly topology: TopologySource;
  readonly audit: Pick<AuditIndex, 'search' | 'newest'>;
  /** Home's bus, which the trail listens to. Left out where this server does nothing that only it knows of. */
  readonly bus?: Pick<EventBus, 'publish'>;
  /** What judging takes, to say what a proposal would come to. Nothing is written through it. */
  readonly judging: AcceptPorts;
  /** What whoever has a principal may write, under that key. */
  authorWith(principal: string): ProposalStore & ApprovalStore;
}

/** One region, as far as it can be reached from here. */
export interface RegionPorts {
  readonly flags: Pick<FlagStore, 'revision' | 'current'>;
  /** `null` where caches cannot be reached: in an account they are private. */
  readonly caches: Pick<ServiceCache, 'inspect' | 'redisOf' | 'instances'> | null;
  readonly verification: Pick<VerificationStore, 'row' | 'redisNotes'>;
  readonly queues: Pick<ServiceQueues, 'givenUp'> & {
    /** Messages that wait for a service's updater, or are with it. */
    waiting(service: string): Promise<number>;
  };
}

/** Who looks on. */
export interface Watcher {
  acknowledged?(line: Acknowledgement): void;
  /** Events as they reach home's bus. */
  happened?(event: FlaghoistEvent): void;
}

/** What can be wrong with a cache in a rehearsal. */
export const faultNames = ['unreachable', 'read-only', 'loading', 'ignores-writes'] as const;
export type FaultName = (typeof faultNames)[number];

/** Faults for a rehearsal; only a world in memory has them. */
export interface Faults {
  break(region: string, service: string, fault: FaultName): void;
  heal(region: string, service: string): void;
}

/** What receipts are signed with. In an account that is a key which never leaves its service. */
export interface ReceiptPorts {
  readonly signer: ReceiptSigner;
  /** The public halves of the key and of all before it: they are published, so that old receipts stay good. */
  readonly keys: readonly ReceiptKey[];
}

/** Who changes which regions and services there are; `by` is a principal. Only a world in this process has one. */
export interface Operator {
  promote(region: string, by: string): Promise<Pick<MoveReport, 'pending'>>;
  joinRegion(region: string, by: string): Promise<void>;
  addService(service: Omit<Service, 'state'>, by: string): Promise<void>;
  drain(member: Pick<Transition, 'what' | 'name'>, by: string): Promise<unknown>;
}

/** What the API stands on: the ports of core, whichever world is behind them. */
export interface ControlPlanePorts {
  readonly world: 'embedded' | 'aws';
  /** Whether times went through a latency model. */
  readonly modelled: boolean;
  readonly environment: string;
  readonly directory: Directory;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: Logger;
  home(): HomePorts;
  /** @throws RangeError for a region that there is not */
  region(name: string): RegionPorts;
  watch(watcher: Watcher): () => void;
  readonly faults?: Faults;
  readonly operator?: Operator;
  /** Left out: this server signs no receipts. */
  readonly receipts?: ReceiptPorts;
  /** Left out: no canary runs here. */
  readonly canary?: () => CanaryStatus | null | Promise<CanaryStatus | null>;
}
