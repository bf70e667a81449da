import { cacheVariables } from '@flaghoist/adapters/cache-variables';
import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const compareVariables = z.object({
  AWS_REGION: filled,
  FLAGS_TABLE: filled,
  VERIFICATION_TABLE: filled,
  ...cacheVariables,
  EVENT_BUS_NAME: filled,
});
