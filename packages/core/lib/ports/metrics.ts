/** What was promised to take no longer than a limit; `metrics` of wiring.json has the limits. */
export const limitNames = ['stream', 'validation', 'fan-out', 'caches', 'scan', 'detection', 'rollback'] as const;

/** What nobody promised, and somebody must hear of; `metrics` of wiring.json says who counts what. */
export const countNames = [
  'dead-letters',
  'queue-age',
  'degraded-caches',
  'unverified',
  'reverts',
  'held',
  'canary-detection',
  'canary-missed',
] as const;

type MetricName = (typeof limitNames)[number] | (typeof countNames)[number];

/** How long things took, and how many there were: measured once each, where somebody has both times. */
export interface Metrics {
  /**
   * @param measured milliseconds, or how many
   * @param about what of: for who looks for the slow ones
   */
  measure(
    measured: { readonly [name in MetricName]?: number | undefined },
    about: Readonly<Record<string, string>>,
  ): void;
}
