import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

const port = z.pipe(z.coerce.number(), z.int().check(z.gte(0), z.lte(65_535)));

const keyArns = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text) => text.split(',').map((arn) => arn.trim())),
  ),
  z.array(z.string().check(z.regex(/^arn:[\w-]+:kms:[\w-]+:\d{12}:(?:key|alias)\/.+$/, 'must be ARNs of keys of KMS'))),
);

/** What a server on an account reads from its environment. */
export const accountVariables = z.object({
  AWS_REGION: filled,
  /** A file: `terraform output -json deployment` of the stack of the flags. */
  DEPLOYMENT: filled,
  /** The policy of the environment, as the functions have it. */
  POLICY: filled,
  OIDC_ISSUER: filled,
  OIDC_AUDIENCE: filled,
  /** Where the issuer's keys are; left out: below the issuer, in their usual place. */
  OIDC_KEYS: z.optional(filled),
  /** The endpoint of the audit domain, with its scheme; left out: the trail cannot be searched here. */
  AUDIT_ENDPOINT: z.optional(filled),
  AUDIT_INDEX: z._default(filled, 'flaghoist-audit'),
  /** ARNs of keys of KMS, with commas between them: the first one signs receipts, the others did so before. Left out: there are none. */
  RECEIPT_KEYS: z.optional(keyArns),
  HOST: z._default(filled, '0.0.0.0'),
  PORT: z._default(port, 3524),
  /** Files of a certificate and its key. */
  TLS_CERTIFICATE: z.optional(filled),
  TLS_KEY: z.optional(filled),
  /** `true`: a load balancer ends TLS, in a network where nobody else reaches this server. */
  BEHIND_TLS: z._default(z.enum(['true', 'false']), 'false'),
});

export type AccountVariables = z.output<typeof accountVariables>;
