import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

/** What both functions need. */
export const indexVariables = z.object({
  AWS_REGION: filled,
  /** The URL of the OpenSearch domain. */
  AUDIT_ENDPOINT: filled,
  AUDIT_INDEX: filled,
});

export type IndexVariables = z.output<typeof indexVariables>;

export const writeVariables = z.extend(indexVariables, { DEAD_LETTER_ARN: filled, FLAGS_TABLE: filled });
