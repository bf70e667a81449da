/**
 * Variables that code in a bundle asks for and that are not the function's own: those of Lambda and the AWS SDK, of `debug`
 * (under ioredis and the OpenSearch client) and of that client. A library that asks for one more is entered here, so that
 * nothing steers a function without being named.
 */
const othersAskFor = new RegExp(
  `^(${[
    'AWS_[A-Z0-9_]+',
    '_X_AMZN_TRACE_ID',
    // Where the SDK would find a developer's profile.
    'HOME|HOMEDRIVE|HOMEPATH|USERPROFILE',
    'DEBUG|FORCE_COLOR',
    'OPENSEARCH_CLIENT_APIVERSIONING',
    // semver, under flagd's evaluator.
    'NODE_DEBUG',
  ].join('|')})$`,
);

export interface EnvironmentGaps {
  /** Terraform would set them for nobody. */
  readonly listedButNotRead: readonly string[];
  /** Terraform would not set them. */
  readonly readButNotListed: readonly string[];
}

export const noGaps: EnvironmentGaps = { listedButNotRead: [], readButNotListed: [] };

/**
 * @param listed for the entry point in lambda.json
 * @param asked by the running bundle
 */
export const environmentGaps = (listed: readonly string[], asked: ReadonlySet<string>): EnvironmentGaps => ({
  listedButNotRead: listed.filter((name) => !asked.has(name)).sort(),
  readButNotListed: [...asked].filter((name) => !listed.includes(name) && !othersAskFor.test(name)).sort(),
});
