import { hash } from 'node:crypto';
import { regionCode } from '@flaghoist/fleet/region-code';

/** What a deployment is and where: names and tags follow from it, as in Terraform's module naming. */
export interface NamingContext {
  readonly environment: string;
  readonly service: string;
  readonly environmentSuffix: string;
  readonly region: string;
  readonly costCenter: string;
  readonly owner: string;
}

/** The types that Pulumi makes, with limit and scope as types.tf of the module naming has them. */
const types = {
  dashboard: { limit: 255, within: 'account' },
  parameter: { limit: 255, within: 'region' },
} as const;

const HASH_LENGTH = 6;

/** `{environment}-{service}-{type}[-{qualifier}]-{suffix}`; one over the limit is cut, with a hash of the whole before the suffix. */
export const nameOf = (
  { environment, service, environmentSuffix, region }: NamingContext,
  { type, qualifier }: { readonly type: keyof typeof types; readonly qualifier?: string },
): string => {
  const { limit, within } = types[type];
  const stem = [
    environment,
    service,
    type,
    ...(qualifier === undefined ? [] : [qualifier]),
    ...(within === 'account' ? [regionCode(region)] : []),
  ].join('-');
  const room = limit - environmentSuffix.length - 1;
  if (stem.length <= room) return `${stem}-${environmentSuffix}`;
  const kept = stem.slice(0, room - HASH_LENGTH - 1).replace(/-$/, '');
  return `${kept}-${hash('sha256', stem).slice(0, HASH_LENGTH)}-${environmentSuffix}`;
};

/** The mandatory tags, of what Pulumi manages. */
export const tagsOf = ({ environment, costCenter, owner, service }: NamingContext) => ({
  environment,
  'cost-center': costCenter,
  owner,
  service,
  'managed-by': 'pulumi',
});
