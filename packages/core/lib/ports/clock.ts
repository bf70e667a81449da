/** Time as a port: the wall clock in production, a virtual one under test. */
export interface Clock {
  /** Epoch milliseconds. Never used to order revisions. */
  now(): number;
  sleep(ms: number): Promise<void>;
}
