import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const scanVariables = z.object({
  AWS_REGION: filled,
  /** The replica of `flags`: it also holds the versions of the topology. */
  FLAGS_TABLE: filled,
  VERIFICATION_TABLE: filled,
  /** The region's one log group of acknowledgement lines. */
  ACKNOWLEDGEMENT_LOG_GROUP: filled,
  EVENT_BUS_NAME: filled,
});
