import { filled } from '@flaghoist/adapters/variables';
import * as z from 'zod/mini';

export const distributeVariables = z.object({
  AWS_REGION: filled,
  /** The one region where a CURRENT without its REVISION is an intruder for certain. */
  HOME_REGION: filled,
  FLAGS_TABLE: filled,
  VERIFICATION_TABLE: filled,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: filled,
  EVENT_BUS_NAME: filled,
});
