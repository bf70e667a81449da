import type { Plan } from '@flaghoist/plan-reading/plan';

/** An environment's two plans, taken at the same time. */
export interface TwoPlans {
  /** Of `plan -refresh-only`: what is not as it was recorded. */
  readonly refresh: Plan;
  /** Of a normal `plan`: what is not as it is configured. */
  readonly normal: Plan;
}

/** A resource that could not be read. */
export interface Unread {
  readonly address: string;
  /** The provider's words. */
  readonly reason: string;
}

/** What a look at an environment brought back. */
export interface Looked {
  readonly plans: TwoPlans;
  /** Resources whose reading failed or never came. */
  readonly unread: readonly Unread[];
  /** Whether both plans came to their end. */
  readonly finished: boolean;
}
