import type { Random } from '@flaghoist/core/ports/random';

interface Quantiles {
  /** Milliseconds. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** How much a leg's figures are worth: other people's measurements, or nobody's. */
type Evidence = 'published' | 'estimate';

export interface LegLatency extends Quantiles {
  readonly evidence: Evidence;
  /** Where the figures come from, or why there are none and what the estimate rests on. */
  readonly source: string;
}

const BITESIZED = 'bitesizedserverless, 1,024 runs each, eu-west-1, September 2022 (third party)';

/**
 * How long the legs take that AWS carries. Nothing was run against an account of ours: `published` legs are other people's
 * measurements, `estimate` legs rest on what their source says and must not be quoted as measured.
 */
export const legs = {
  tableWrite: {
    p50: 8,
    p90: 12,
    p99: 20,
    evidence: 'estimate',
    source: 'AWS says "single-digit milliseconds" for DynamoDB; a transaction is taken as about twice that at p99',
  },
  streamToLambda: { p50: 213, p90: 341, p99: 552, evidence: 'published', source: BITESIZED },
  replication: {
    p50: 750,
    p90: 1500,
    p99: 2500,
    evidence: 'estimate',
    source: 'AWS says "typically within a second or less" for global tables; no percentile was ever published',
  },
  topicToQueue: {
    p50: 50,
    p90: 120,
    p99: 200,
    evidence: 'estimate',
    source: 'no figure for SNS standard to SQS; SNS to Lambda is 73/125/225 and SNS FIFO to SQS to Lambda 40/68/497',
  },
  queueToLambda: { p50: 16, p90: 34, p99: 105, evidence: 'published', source: BITESIZED },
  eventBridgeToTarget: {
    p50: 148,
    p90: 241,
    p99: 387,
    evidence: 'published',
    source: `${BITESIZED}; EventBridge to Lambda after February 2023`,
  },
  workflowStart: {
    p50: 118,
    p90: 178,
    p99: 298,
    evidence: 'published',
    source: `${BITESIZED}; Express workflow, asynchronous start to Lambda`,
  },
  cache: {
    p50: 1,
    p90: 2,
    p99: 5,
    evidence: 'estimate',
    source: 'a vendor measured 0.34 ms on average and 1.29 ms at p99 for a GET in one zone; TLS and the script on top',
  },
  logIngestion: {
    p50: 3000,
    p90: 5000,
    p99: 8000,
    evidence: 'estimate',
    source: '"several seconds" from line to CloudWatch Logs (third party); no figure for ingested to queryable',
  },
  insightsQuery: {
    p50: 1500,
    p90: 2500,
    p99: 3000,
    evidence: 'estimate',
    source: 'no figure published; 1 to 3 seconds for a short window is common experience',
  },
  crossRegionPublish: {
    p50: 120,
    p90: 200,
    p99: 300,
    evidence: 'estimate',
    source: 'no figure published; one round trip between continents and the API call',
  },
  crossRegionEvent: {
    p50: 250,
    p90: 400,
    p99: 650,
    evidence: 'estimate',
    source: 'no figure published; EventBridge to a target in one region, and one trip between continents',
  },
} as const satisfies Record<string, LegLatency>;

export type Leg = keyof typeof legs;

export interface LatencyModel {
  /** Whether times that went through it must be called modelled. */
  readonly modelled: boolean;
  /** Milliseconds for one passage of a leg. */
  sample(leg: Leg): number;
}

/** Every leg takes no time. */
export const noLatency: LatencyModel = { modelled: false, sample: () => 0 };

/** Draws each passage from its leg's quantiles. */
export const modelledLatency = (random: Random): LatencyModel => ({
  modelled: true,
  sample: (leg) => atQuantile(legs[leg], random.next()),
});

/**
 * The value at a quantile: straight lines through the three known points. Nobody published minima and maxima: the line
 * starts at half of p50 and ends as far beyond p99 as p99 lies beyond p90.
 *
 * @param u in [0, 1)
 */
export const atQuantile = ({ p50, p90, p99 }: Quantiles, u: number): number => {
  if (u < 0.5) return between(p50 / 2, p50, u / 0.5);
  if (u < 0.9) return between(p50, p90, (u - 0.5) / 0.4);
  if (u < 0.99) return between(p90, p99, (u - 0.9) / 0.09);
  return between(p99, p99 + (p99 - p90), (u - 0.99) / 0.01);
};

const between = (from: number, to: number, share: number): number => from + (to - from) * share;
