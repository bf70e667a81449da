import type { LoadOptions } from '../load/assumptions.ts';
import { deploymentOf } from '../load/deployment.ts';
import { loadsOf } from '../load/region-load.ts';
import type { PlannedWorld } from '../plans/planned.ts';
import type { Applied } from './applied.ts';
import { defaultOf, type Quota, type QuotaList, shippedQuotas } from './quotas.ts';
import type { Reading } from './reading.ts';
import { requestFor } from './request.ts';
import { rules } from './rules/rules.ts';

export const statuses = ['exceeded', 'undecided', 'no number', 'ok'] as const;

/** `undecided`: the limit lies between what is used for certain and what may be; `no number`: there is no limit to hold it against. */
export type Status = (typeof statuses)[number];

export interface Verdict {
  readonly quota: string;
  readonly service: string;
  readonly name: string;
  readonly code: string | null;
  readonly region: string | null;
  readonly of: string | null;
  readonly used: number;
  readonly atLeast: string | null;
  readonly atMost: string | null;
  readonly limit: number | null;
  /** Whether the limit is that of the account, not AWS's default. */
  readonly applied: boolean;
  readonly adjustable: boolean;
  readonly most: number | null;
  readonly status: Status;
  /** What to do about one that is exceeded. */
  readonly request: string | null;
  readonly source: { readonly url: string; readonly read: string | null; readonly kind: string };
}

export interface QuotaReport {
  readonly asOf: string;
  readonly changesPerSecond: number;
  readonly regions: readonly string[];
  readonly resources: number;
  /** Resources of which no plan says the region: they count together, apart from the others. */
  readonly withoutRegion: number;
  readonly verdicts: readonly Verdict[];
  readonly counts: Readonly<Record<Status, number>>;
}

/** A region's word in a verdict where no plan has one. */
const NOWHERE = '(no region known)';

const judged = (quota: Quota, reading: Reading, applied: Applied, list: QuotaList): Verdict => {
  const own = quota.code === null ? undefined : applied(quota.service, quota.code, reading.region);
  const limit = own ?? defaultOf(quota, reading.region);
  const { used, atLeast, atMost } = reading;
  const status = statusOf(reading, limit);
  const source = list.sources[quota.source];
  return {
    quota: quota.id,
    service: quota.service,
    name: quota.name,
    code: quota.code,
    region: quota.scope === 'account' ? null : (reading.region ?? (quota.service === 'iam' ? null : NOWHERE)),
    of: reading.of ?? null,
    used,
    atLeast: atLeast ?? null,
    atMost: atMost ?? null,
    limit,
    applied: own !== undefined,
    adjustable: quota.adjustable,
    most: quota.most ?? null,
    status,
    request: status === 'exceeded' && limit !== null ? requestFor(quota, reading) : null,
    source: { url: source?.url ?? '', read: source?.read ?? null, kind: source?.kind ?? 'unverified' },
  };
};

const statusOf = ({ used, atLeast, atMost }: Reading, limit: number | null): Status => {
  if (limit === null) return 'no number';
  if (used > limit) return atMost === undefined ? 'exceeded' : 'undecided';
  return atLeast === undefined ? 'ok' : 'undecided';
};

/**
 * Holds what plans make, at a load, against every quota that it touches.
 *
 * @param applied the account's own limits
 */
export const checkQuotas = (
  world: PlannedWorld,
  {
    load,
    applied,
    list = shippedQuotas,
  }: { readonly load: LoadOptions; readonly applied: Applied; readonly list?: QuotaList },
): QuotaReport => {
  const { resources } = world;
  const deployment = deploymentOf(resources);
  const input = { resources, deployment, loads: loadsOf(deployment, load) };
  const readings = rules.flatMap((rule) => rule(input));
  const place = new Map(list.quotas.map(({ id }, index) => [id, index]));
  const verdicts = list.quotas
    .flatMap((quota) =>
      mergedByPlace(readings.filter((each) => each.quota === quota.id)).map((reading) =>
        judged(quota, reading, applied, list),
      ),
    )
    .toSorted(
      (a, b) =>
        statuses.indexOf(a.status) - statuses.indexOf(b.status) ||
        shareOf(b) - shareOf(a) ||
        (place.get(a.quota) ?? 0) - (place.get(b.quota) ?? 0) ||
        String(a.region).localeCompare(String(b.region)),
    );
  return {
    asOf: list.asOf,
    changesPerSecond: load.changesPerDay / 86_400,
    regions: [...new Set(resources.flatMap(({ region }) => (region === undefined ? [] : [region])))].sort(),
    resources: resources.length,
    withoutRegion: resources.filter(({ region }) => region === undefined).length,
    verdicts,
    counts: {
      exceeded: verdicts.filter(({ status }) => status === 'exceeded').length,
      undecided: verdicts.filter(({ status }) => status === 'undecided').length,
      'no number': verdicts.filter(({ status }) => status === 'no number').length,
      ok: verdicts.filter(({ status }) => status === 'ok').length,
    },
  };
};

/** How much of its limit something uses. */
export const shareOf = ({ used, limit }: Pick<Verdict, 'used' | 'limit'>): number =>
  limit === null || limit === 0 ? 0 : used / limit;

/** Two rules may read one quota in two kinds of resources: the higher one stands. */
const mergedByPlace = (readings: readonly Reading[]): readonly Reading[] =>
  [...Map.groupBy(readings, ({ region }) => region)].flatMap(([, here]) =>
    here.toSorted((a, b) => b.used - a.used).slice(0, 1),
  );
