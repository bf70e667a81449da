import shipped from './wiring.json' with { type: 'json' };

/** What functions may take of what they share, of this release; `parseWiring` has checked it in the tests. */
export const plannedLimits = shipped.limits;

/** What is measured, and how each metric is called. */
export const plannedMetrics = shipped.metrics;
