import { topologySchema } from '@flaghoist/core/topology';
import { directoryFileSchema } from '@flaghoist/rules/directory';
import { policyFileSchema } from '@flaghoist/rules/policy';
import { waiversFileSchema } from '@flaghoist/rules/waivers';
import * as z from 'zod/mini';
import type { Kind } from './read-file.ts';

/** `topology.json`: regions, services and cells. */
export const topologyKind: Kind<typeof topologySchema> = {
  schema: topologySchema,
  format: 'json',
  hint: 'Correct the named places. Every service needs a name, a cell, an owner and a state; fleet/README.md has an example.',
};

/** `policies/<name>.v<version>.json`: parameters of the rules. */
export const policyKind: Kind<typeof policyFileSchema> = {
  schema: policyFileSchema,
  format: 'json',
  hint: 'Correct the named parameters; fleet/policies/README.md lists them all.',
};

/** `people.json`: who makes and approves changes. */
export const peopleKind: Kind<typeof directoryFileSchema> = {
  schema: directoryFileSchema,
  format: 'json',
  hint: 'Correct the named places. A person has an actor, teams and roles, and may be human and active or not.',
};

/** `waivers.json`: reviewed exceptions from rules. */
export const waiversKind: Kind<typeof waiversFileSchema> = {
  schema: waiversFileSchema,
  format: 'json',
  hint: 'Correct the named places. A waiver has a rule, a flag, an owner, a reason, a ticket, an approver and a last day.',
};

const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal'));
const releasedSchema = z.record(z.string(), digest);

/** `policies/released.json`: by name, the digest of each policy version that may have been used. */
export const releasedKind: Kind<typeof releasedSchema> = {
  schema: releasedSchema,
  format: 'json',
  hint: 'Restore the file: only "pnpm fleet --release" writes it.',
};
