import type { ChangeState, FlagState } from '../change.ts';
import type { Envelope } from '../envelope.ts';

/** What the environment before this one knows of a flag. */
export interface UpstreamFlag {
  /** As its envelopes say. */
  readonly environment: string;
  /** What the flag is there since its newest revision. */
  readonly flagState: FlagState;
  /** How its newest change ended; `rolled-back` when its newest revision is the one that took a change back. */
  readonly newest: ChangeState;
  /** The newest revision that all regions there have proven, and when home there said so in epoch milliseconds. */
  readonly verified: { readonly envelope: Envelope; readonly at: number } | null;
}

/** The environment before this one, read only, as its home region has it. */
export interface UpstreamFlags {
  /**
   * @returns `null` when no such flag was ever accepted there
   * @throws UnavailableError when it cannot be asked
   */
  flag(flagKey: string): Promise<UpstreamFlag | null>;
}
