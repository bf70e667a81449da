import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const distributeVariables = z.object({
  AWS_REGION: filled,
  FLAGS_TABLE: filled,
  /** Read and written in home only; the standby has an idle one, other regions none. */
  CHANGES_TABLE: filled,
  VERIFICATION_TABLE: filled,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: filled,
  EVENT_BUS_NAME: filled,
  DEAD_LETTER_ARN: filled,
});
