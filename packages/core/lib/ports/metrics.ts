/** What was promised to take no longer than a limit; `metrics` of wiring.json has the limits. */
export const limitNames = ['stream', 'validation', 'fan-out', 'caches', 'scan', 'detection', 'rollback'] as const;
type LimitName = (typeof limitNames)[number];

/** How long things took: measured once each, where somebody has both times. */
export interface Metrics {
  /**
   * @param took milliseconds
   * @param about what of: for who looks for the slow ones
   */
  measure(took: { readonly [name in LimitName]?: number | undefined }, about: Readonly<Record<string, string>>): void;
}
