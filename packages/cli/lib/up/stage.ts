import type { EventOf } from '@flaghoist/core/events';
import type { Order } from '@flaghoist/core/order';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import type { ChangeTracker } from './change-tracker.ts';

/** How far the caches came with a change. */
export interface Acknowledgements {
  flagKey: string;
  order: Order;
  expected: number;
  acknowledged: number;
  /** Milliseconds from the proposal until so many of the caches had acknowledged. */
  msToAcknowledge: { p50: number; p95: number; p99: number; max: number };
  modelled: boolean;
}

export interface VerifiedChange extends Acknowledgements {
  verdict: string;
  /** From the proposal to the verdict. */
  msToVerdict: number;
}

export interface TakenBackChange extends Acknowledgements {
  verdict: string;
  brokenService: string;
  brokenRegion: string;
  /** From the proposal to the first region that found it inconsistent; a cache counts as late for 15 s. */
  msToDetect: number;
  /** From that verdict until every healthy cache held the revert. */
  msToRollback: number;
  /** The revision whose document is served again. */
  restoredRevision: number;
  /** The order of the revert itself. */
  revertOrder: Order;
}

/** What a screen may follow. */
export interface Stage {
  change(title: string, tracker: ChangeTracker, expected: number): void;
  verified(change: VerifiedChange): void;
  broken(service: string, region: string): void;
  detected(event: EventOf<'RegionVerdict'>, msToDetect: number): void;
  takenBack(change: TakenBackChange): void;
  /** Reads as a service does at this moment, and says what that was when it is asked to. */
  reads(): Promise<() => void>;
  trail(documents: readonly AuditDocument[]): void;
}
