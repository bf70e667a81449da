import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

/** The limit of an account, where it is another than the default. */
export type Applied = (service: string, code: string, region: string | undefined) => number | undefined;

const appliedSchema = z.looseObject({
  Quotas: z.array(
    z.looseObject({
      ServiceCode: z.string(),
      QuotaCode: z.string(),
      QuotaArn: z.string(),
      Value: z.number().check(z.gte(0)),
    }),
  ),
});

/** Without the account's limits, AWS's defaults hold. */
export const defaultsOnly: Applied = () => undefined;

/**
 * Reads what `aws service-quotas list-service-quotas` wrote of services in regions.
 *
 * @throws InvalidInputError for a text that is something else
 */
export const readApplied = (files: readonly { readonly name: string; readonly text: string }[]): Applied => {
  const limits = new Map<string, number>();
  for (const { name, text } of files) {
    const { Quotas } = parseJson(appliedSchema, text, {
      what: name,
      hint: 'Make it with aws service-quotas list-service-quotas --service-code SERVICE --region REGION --output json.',
    });
    for (const { ServiceCode, QuotaCode, QuotaArn, Value } of Quotas) {
      // arn:aws:servicequotas:<region>:<account>:<service>/<code>; without a region for quotas of the account.
      limits.set(keyOf(ServiceCode, QuotaCode, QuotaArn.split(':')[3] ?? ''), Value);
    }
  }
  return (service, code, region) =>
    limits.get(keyOf(service, code, region ?? '')) ?? limits.get(keyOf(service, code, ''));
};

const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts);
