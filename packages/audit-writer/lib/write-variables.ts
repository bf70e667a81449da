import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const writeVariables = z.object({
  AWS_REGION: filled,
  /** The URL of the OpenSearch domain. */
  AUDIT_ENDPOINT: filled,
  AUDIT_INDEX: filled,
});

export type WriteVariables = z.output<typeof writeVariables>;
