import type { FunctionName } from '@flaghoist/wiring/wiring';
import shipped from './assumptions.json' with { type: 'json' };

interface FunctionAssumption {
  /** Billed, of a warm invocation. */
  readonly milliseconds: number;
  /** More for each live flag, in a run that reads them all. */
  readonly millisecondsPerFlag?: number;
  readonly lineBytes: number;
  /** Invocations in a workflow for each of its executions; of a queue or a stream for each message. */
  readonly perChange: number;
  /** Units of capacity of an invocation, by the plan's word for the table. */
  readonly reads: Readonly<Record<string, number>>;
  readonly writes: Readonly<Record<string, number>>;
}

interface Counted {
  readonly each: number;
  readonly perRegion: number;
}

/** What plans do not say and a bill depends on, each with its reason. */
export const assumptions: {
  readonly asOf: string;
  readonly month: { readonly hours: number; readonly days: number };
  readonly flags: { readonly value: number };
  readonly envelopeKilobytes: { readonly value: number };
  readonly queues: {
    readonly pollers: number;
    readonly pollsPerMinute: number;
    readonly requestsPerMessage: number;
    readonly pollSeconds: number;
  };
  readonly traces: { readonly perSecond: number; readonly share: number };
  readonly platformLineBytes: { readonly value: number };
  readonly history: { readonly days: number };
  readonly recordsPerChange: Readonly<Record<string, number | string>>;
  readonly messagesPerChange: Readonly<Record<string, Counted | string>>;
  readonly eventsPerChange: { readonly home: number; readonly region: number };
  readonly workflowsPerChange: Readonly<
    Record<string, { readonly executions: number; readonly seconds: number; readonly transitions: number } | string>
  >;
  readonly queriesPerChange: {
    readonly queries: number;
    readonly polls: number;
    readonly mostPerSecond: number;
    readonly windowSeconds: number;
  };
  readonly functions: Readonly<Record<FunctionName, FunctionAssumption>>;
} = shipped;

/** What a caller may know better. */
export interface LoadOptions {
  readonly changesPerDay: number;
  /** Services that a change concerns; all that are subscribed when left out. */
  readonly services?: number | undefined;
  readonly flags?: number | undefined;
  readonly pollers?: number | undefined;
  /** Units of capacity for a flag that the reconciler reads: 1 strongly consistent, 0.5 without. */
  readonly readUnits?: number | undefined;
}
