/** How clients put callers into buckets: the same rule and caller, another bucket in each. */
export const bucketings = ['v1', 'v2', 'v3'] as const;
export type Bucketing = (typeof bucketings)[number];
