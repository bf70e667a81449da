import type { AuditIndex } from '@flaghoist/core/ports/audit-index';
import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { DeadLetters } from '@flaghoist/core/ports/dead-letters';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { FlagStore } from '@flaghoist/core/ports/flag-store';
import type { HomeStore } from '@flaghoist/core/ports/home-source';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { TopologyStore } from '@flaghoist/core/ports/topology-source';
import type { TrailStore } from '@flaghoist/core/ports/trail-store';

export interface WritePorts {
  /** Where it runs. */
  readonly region: string;
  /** Only what comes through the bus of a region that is home, or has just been, is home's word. */
  readonly home: Pick<HomeStore, 'lastMove'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly audit: AuditIndex;
  /** Of the audit queue. */
  readonly deadLetters: DeadLetters;
  readonly log: Logger;
}

export interface SweepPorts extends Omit<WritePorts, 'deadLetters' | 'home' | 'clock' | 'region'> {
  /** The home region's. */
  readonly flags: Pick<FlagStore, 'revision' | 'revisions' | 'knownGood'>;
  readonly changes: Pick<ChangeStore, 'proofs'>;
  readonly trail: TrailStore;
  /** The home region's bus. */
  readonly bus: EventBus;
  readonly clock: Clock;
  /** Where it runs. */
  readonly region: string;
  /** Which region is home: elsewhere there is nothing to mend. */
  readonly home: Pick<HomeStore, 'home' | 'lastMove'>;
  readonly topology: Pick<TopologyStore, 'latest' | 'at' | 'publication'>;
}
