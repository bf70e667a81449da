import * as z from 'zod/mini';
import { digestSchema, flagKeySchema } from './envelope.ts';
import { orderSchema, sameOrder } from './order.ts';

/**
 * That somebody has read a change and says yes. It binds what is asked for, the state of the flag that it was asked against,
 * and the rules by which it was judged; who says it is what the key proves, or what a trusted submitter states.
 */
export const approvalSchema = z.object({
  flagKey: flagKeySchema,
  /** `approvedDigestOf` the proposal. */
  proposalDigest: digestSchema,
  /** The order that the proposal is made against; `null` when the flag does not exist. */
  basedOn: z.nullable(orderSchema),
  rulesVersion: z.int().check(z.gte(1)),
});
export type Approval = z.output<typeof approvalSchema>;

/**
 * Whether an approval may be written over another one under its key: it approves the same, under the same rules or newer
 * ones. Anything else was not what its approver has said yes to.
 */
export const renews = (next: Approval, { flagKey, proposalDigest, basedOn, rulesVersion }: Approval): boolean =>
  next.flagKey === flagKey &&
  next.proposalDigest === proposalDigest &&
  (next.basedOn === null || basedOn === null ? next.basedOn === basedOn : sameOrder(next.basedOn, basedOn)) &&
  next.rulesVersion >= rulesVersion;
