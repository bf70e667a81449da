import { type EnvironmentPlan, type Resource, valueAt } from './read-plans.ts';

/** What each bucket must have beside it, in the same module. */
const BESIDE_A_BUCKET = [
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
];

const moduleOf = (address: string): string => address.replace(/\.?aws_[a-z0-9_]+\.[^.]+$/, '');

/** Buckets that lack encryption, a policy, versions, an end, or the block of public access. */
export const bareBuckets = ({ resources }: EnvironmentPlan): string[] =>
  resources
    .filter(({ type }) => type === 'aws_s3_bucket')
    .flatMap(({ address }) =>
      BESIDE_A_BUCKET.filter(
        (type) => !resources.some((each) => each.type === type && moduleOf(each.address) === moduleOf(address)),
      ).map((type) => `${address}: has no ${type}`),
    );

const EXPIRES = 'expiration.0.days';

/** Which of the inputs `retention_days` ends what is in a bucket, by the module that has it, and where the bucket says so. */
const ENDS: readonly (readonly [module: RegExp, days: string, at?: string])[] = [
  [/^module\.access_logs$/, 'access_logs'],
  // What is deployed stays; what was replaced goes.
  [/^module\.artifacts$/, 'old_artifacts', 'noncurrent_version_expiration.0.noncurrent_days'],
  [/^module\.config_recorder\./, 'config'],
  [/\.module\.(replica_)?access_logs$/, 'access_logs'],
  [/^module\.replication\.module\.(evidence|replica)$/, 'evidence'],
];

const problemOf = ({ address, type, values }: Resource, days: Readonly<Record<string, number>>): string | undefined => {
  const module = moduleOf(address);
  if (type === 'aws_s3_bucket_lifecycle_configuration') {
    const found = ENDS.find(([pattern]) => pattern.test(module));
    if (found === undefined) return 'how long is kept what is in it?';
    const [, ends, at = EXPIRES] = found;
    const kept = valueAt(values, `rule.0.${at}`);
    if (kept !== days[ends]) return `keeps ${kept} days, ${ends} are ${days[ends]}`;
    const former = valueAt(values, 'rule.0.noncurrent_version_expiration.0.noncurrent_days');
    return ends !== 'evidence' || former === kept ? undefined : `keeps former versions ${former} days, ${ends} ${kept}`;
  }
  if (type === 'aws_s3_bucket_server_side_encryption_configuration') {
    const algorithm = valueAt(values, 'rule.0.apply_server_side_encryption_by_default.0.sse_algorithm');
    // Load balancers and S3 deliver logs into buckets with S3's own keys only.
    const wanted = /access_logs$/.test(module) ? 'AES256' : 'aws:kms';
    return algorithm === wanted ? undefined : `encrypts by ${algorithm}, not by ${wanted}`;
  }
  return undefined;
};

/** Buckets whose content ends on another day than the environment's inputs say, or is encrypted with another kind of key. */
export const wrongBuckets = ({ inputs, resources }: EnvironmentPlan): string[] =>
  resources.flatMap((resource) => {
    const problem = problemOf(resource, inputs['retention_days'] as Readonly<Record<string, number>>);
    return problem === undefined ? [] : [`${resource.address}: ${problem}`];
  });
