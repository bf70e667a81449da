import { count, filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

/** What both functions need. */
export const decisionVariables = z.object({
  AWS_REGION: filled,
  FLAGS_TABLE: filled,
  CHANGES_TABLE: filled,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: filled,
  EVENT_BUS_NAME: filled,
  REVERTS_PER_MINUTE: z.optional(count),
});

export type DecisionVariables = z.output<typeof decisionVariables>;

export const judgeVariables = z.extend(decisionVariables, { DEAD_LETTER_ARN: filled });
