/** Whether a region is well after it was changed, before the next ones are. */
export interface Gate {
  /** Waits until what was just changed would show that it is ill. Ends early when it is interrupted. */
  settle(signal: AbortSignal): Promise<void>;
  /** What is wrong in a region now; nothing when it is well. */
  look(region: string): Promise<readonly string[]>;
}
