import type { Goal } from '../client/follow-change.ts';

export interface ImportOptions {
  readonly server?: string;
  readonly reason: string;
  readonly ticket?: string;
  readonly id?: string;
  readonly owner?: string;
  readonly audience?: string;
  readonly off?: string;
  readonly approvedBy?: readonly string[];
  readonly dryRun?: true;
  readonly for: Goal;
  readonly wait: boolean;
}
