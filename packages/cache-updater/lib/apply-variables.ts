import { cacheVariables } from '@flaghoist/adapters/cache-variables';
import { queueVariables } from '@flaghoist/adapters/queue-variables';
import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const applyVariables = z.object({
  AWS_REGION: filled,
  FLAGS_TABLE: filled,
  VERIFICATION_TABLE: filled,
  /** The services whose queues this function reads. */
  CELL: filled,
  ...cacheVariables,
  ...queueVariables,
  LOAD_QUEUE_ARN: filled,
});
