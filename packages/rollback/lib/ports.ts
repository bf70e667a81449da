import type { ChangeStore } from '@flaghoist/core/ports/change-store';
import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { DeadLetters } from '@flaghoist/core/ports/dead-letters';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { FlagStore, KnownGoodRepair } from '@flaghoist/core/ports/flag-store';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Metrics } from '@flaghoist/core/ports/metrics';
import type { Random } from '@flaghoist/core/ports/random';
import type { TopologySource } from '@flaghoist/core/ports/topology-source';

/** What a decision needs. All stores are the home region's: their reads are strongly consistent. */
export interface RollbackPorts {
  readonly flags: FlagStore & KnownGoodRepair;
  readonly changes: ChangeStore;
  readonly topology: Pick<TopologySource, 'latest'>;
  readonly topic: ChangeTopic;
  /** The home region's bus: regions are asked through it. */
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Where these functions run. */
  readonly region: string;
  /** Which region is home, and the epoch in which reverts are numbered. */
  readonly home: HomeSource;
  /**
   * More reverts than this in a minute are not one bad change after another: something else is broken (rule 15).
   * Left out: 20.
   */
  readonly revertsPerMinute?: number | undefined;
}

export interface JudgePorts extends RollbackPorts {
  /** Of the queue of verdicts. */
  readonly deadLetters: DeadLetters;
}

const REVERTS_PER_MINUTE = 20;

export const revertBudget = ({ revertsPerMinute = REVERTS_PER_MINUTE }: RollbackPorts): number => revertsPerMinute;
