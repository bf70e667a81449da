import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const runVariables = z.object({
  AWS_REGION: filled,
  FLAGS_TABLE: filled,
  PROPOSALS_TABLE: filled,
  CHANGES_TABLE: filled,
  /** The ARN of the queue that the canary's service has in a region, with `{region}` in its place. */
  CANARY_QUEUE_ARN_TEMPLATE: filled,
  /** The role whose session is the canary's key. */
  CANARY_ROLE_ARN: filled,
});
