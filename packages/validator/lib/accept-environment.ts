import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';

export const acceptEnvironmentSchema = z.object({
  AWS_REGION: name,
  /** `dev`, `staging`, `prod`: sealed into each envelope. */
  ENVIRONMENT: name,
  /** Numbers arrive as text. */
  EPOCH: z.pipe(z.coerce.number(), z.int().check(z.gte(1))),
  FLAGS_TABLE: name,
  CHANGES_TABLE: name,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: name,
  EVENT_BUS_NAME: name,
});
