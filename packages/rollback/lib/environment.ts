import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';

const count = z.pipe(z.coerce.number(), z.int().check(z.gte(1)));

/** What both entry points read. Numbers arrive as text. */
export const environmentSchema = z.object({
  AWS_REGION: name,
  FLAGS_TABLE: name,
  CHANGES_TABLE: name,
  /** The ARN of a region's topic, with `{region}` in its place. */
  TOPIC_ARN_TEMPLATE: name,
  EPOCH: count,
  REVERTS_PER_MINUTE: z.optional(count),
});

export type Environment = z.output<typeof environmentSchema>;

export const concludeEnvironmentSchema = z.extend(environmentSchema, { EVENT_BUS_NAME: name });
