import { parseJson } from '@flaghoist/core/parse';
import * as z from 'zod/mini';

const limit = z.int().check(z.gte(1));

/**
 * The parameters of the rules, per environment. Sealed into the evidence of each change, so that all regions judge with
 * the same ones. Every parameter has a default: a policy file names what it changes, and an envelope sealed before a
 * parameter existed can still be read.
 */
const shape = {
  /** Grows with every edit of the file. */
  version: z._default(limit, 1),
  /** How deep objects and arrays may nest in `targeting`. */
  maxTargetingDepth: z._default(limit, 24),
  maxPrerequisites: z._default(limit, 10),
  /** How far a proposal's clock may be ahead of home's. */
  maxClockSkewSeconds: z._default(limit, 300),
  /** How long a proposal may wait: the retention of the stream it comes by. */
  maxProposalAgeSeconds: z._default(limit, 86_400),
};

/** As sealed: parameters of a newer catalogue are ignored. */
export const policySchema = z.object(shape);
export type Policy = z.output<typeof policySchema>;

export const DEFAULT_POLICY: Policy = {
  version: 1,
  maxTargetingDepth: 24,
  maxPrerequisites: 10,
  maxClockSkewSeconds: 300,
  maxProposalAgeSeconds: 86_400,
};

/**
 * Reads a policy file: JSON, parameters that are left out have their default, an unknown one is an error.
 *
 * @throws InvalidInputError naming every place that does not fit
 */
export const parsePolicy = (text: string): Policy =>
  parseJson(z.strictObject(shape), text, {
    what: 'policy',
    hint: 'Correct the named parameters; packages/rules/lib/policy.ts lists them.',
  });
