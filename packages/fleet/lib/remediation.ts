import { roleIdSchema } from '@flaghoist/rules/directory';
import * as z from 'zod/mini';
import type { Kind } from './read-file.ts';

const word = z.enum(['auto', 'ask']);

const policySchema = z.object({
  /** What only takes back what somebody opened: `auto` is applied without asking, `ask` needs a second person. */
  closing: word,
  /** Whatever else may be applied. */
  mending: word,
  /** How often a machine tries to mend a resource; after that it is left to people. */
  attempts: z.int().check(z.gte(1), z.lte(2)),
});
export type RemediationPolicy = z.output<typeof policySchema>;

const remediationSchema = z.object({
  /** What holds in all environments. */
  default: policySchema,
  /** What holds instead, by the name of the environment. */
  environments: z.optional(z.record(z.string(), z.partial(policySchema))),
  /**
   * Roles under which builds make plans, by a name: the unique id of a role that a service alone may take on. So who plans there is
   * nobody who could approve the plan under another name.
   */
  workloads: z.optional(z.record(z.string(), roleIdSchema)),
});
export type Remediation = z.output<typeof remediationSchema>;

/** `remediation.json`: which drift is put back without asking, and how often that is tried. */
export const remediationKind: Kind<typeof remediationSchema> = {
  schema: remediationSchema,
  format: 'json',
  hint: 'Correct the named places. default has closing and mending (auto or ask) and attempts (1 or 2); environments may say otherwise by name; workloads has unique ids of roles (AROA…) by name.',
};

export const remediationPolicyOf = (
  { default: all, environments = {} }: Remediation,
  environment: string,
): RemediationPolicy => {
  const { closing = all.closing, mending = all.mending, attempts = all.attempts } = environments[environment] ?? {};
  return { closing, mending, attempts };
};
