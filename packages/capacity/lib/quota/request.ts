import type { Quota } from './quotas.ts';
import type { Reading } from './reading.ts';

/** Room above what is used, so that the next service needs no request of its own. */
const ROOM = 1.2;

/** IAM's and S3's quotas of an account are asked for in one region. */
const ACCOUNT_REGION = 'us-east-1';

/** Two digits that people read easily: 187.2 becomes 190. */
const rounded = (value: number): number => {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit) * unit;
};

/** What to do about a quota that is exceeded: the request with its code, or why there is none. */
export const requestFor = (
  { service, code, adjustable, most, name, scope }: Quota,
  { used, region }: Reading,
): string => {
  if (!adjustable) return `AWS raises no ${JSON.stringify(name)}: plan less of it, or spread it.`;
  if (most !== undefined && used > most)
    return `AWS grants ${most} at most: plan less of it, or spread it over accounts.`;
  const wanted = Math.min(rounded(used * ROOM), most ?? Number.POSITIVE_INFINITY);
  if (code === null)
    return `Its code is not known: look for ${JSON.stringify(name)} in aws service-quotas list-service-quotas --service-code ${service}, and ask for ${wanted}.`;
  const where = scope === 'account' || service === 'iam' ? ACCOUNT_REGION : (region ?? 'REGION');
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${wanted} --region ${where}`;
};
