import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const tellVariables = z.object({
  AWS_REGION: filled,
  FLAGS_TABLE: filled,
  EVENT_BUS_NAME: filled,
  DEAD_LETTER_ARN: filled,
});
