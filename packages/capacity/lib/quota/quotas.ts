import { parse } from '@flaghoist/core/parse';
import * as z from 'zod/mini';
import shipped from './quotas.json' with { type: 'json' };

const sourceSchema = z.strictObject({
  url: z.url(),
  /** When the page was read; null where nobody has noted it. */
  read: z.nullable(z.string()),
  /** `aws`: AWS's own page; `third-party`: somebody's copy of it; `unverified`: general knowledge, look it up first. */
  kind: z.enum(['aws', 'third-party', 'unverified']),
});

const quotaSchema = z.strictObject({
  id: z.string(),
  /** As `aws service-quotas` calls the service. */
  service: z.string(),
  name: z.string(),
  /** The quota's code; null where none was found. */
  code: z.nullable(z.string().check(z.regex(/^L-[0-9A-F]{8}$/))),
  /** The default; null where AWS publishes none, or none was found. */
  limit: z.nullable(z.number()),
  /** Other defaults by region. */
  regions: z.optional(z.record(z.string(), z.number())),
  adjustable: z.boolean(),
  /** What AWS grants at most. */
  most: z.optional(z.number()),
  scope: z.enum(['region', 'account', 'resource']),
  source: z.string(),
  reason: z.optional(z.string()),
});

const quotasSchema = z.strictObject({
  asOf: z.iso.date(),
  sources: z.record(z.string(), sourceSchema),
  quotas: z.array(quotaSchema),
});

export type Quota = z.infer<typeof quotaSchema>;
export type QuotaList = z.infer<typeof quotasSchema>;

export const shippedQuotas: QuotaList = parse(quotasSchema, shipped, {
  what: 'quotas.json',
  hint: 'Correct the named places of packages/capacity/lib/quota/quotas.json.',
});

/** The default of a quota in a region. */
export const defaultOf = ({ limit, regions }: Quota, region: string | undefined): number | null =>
  (region === undefined ? undefined : regions?.[region]) ?? limit;
