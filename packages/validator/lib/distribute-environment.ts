import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';

export const distributeEnvironmentSchema = z.object({
  AWS_REGION: name,
  /** The one region where a CURRENT without its REVISION is an intruder for certain. */
  HOME_REGION: name,
  FLAGS_TABLE: name,
  VERIFICATION_TABLE: name,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: name,
  EVENT_BUS_NAME: name,
});
