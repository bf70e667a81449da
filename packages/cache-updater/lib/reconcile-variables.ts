import { cacheVariables } from '@flaghoist/adapters/cache-variables';
import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const reconcileVariables = z.object({
  AWS_REGION: filled,
  FLAGS_TABLE: filled,
  VERIFICATION_TABLE: filled,
  ...cacheVariables,
  LOAD_QUEUE_ARN: filled,
  EVENT_BUS_NAME: filled,
});
