import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';

export const compareEnvironmentSchema = z.object({
  AWS_REGION: name,
  FLAGS_TABLE: name,
  VERIFICATION_TABLE: name,
  CACHE_HOST: name,
  CACHE_PORT: z.pipe(z.coerce.number(), z.int().check(z.gte(1), z.lte(65_535))),
  /** In transit everything is encrypted; `false` is for a local server. */
  CACHE_TLS: z._default(z.stringbool(), true),
  /** The ARN of a service's queue, with `{service}` in its place. */
  QUEUE_ARN_TEMPLATE: name,
  DEAD_LETTER_ARN_TEMPLATE: name,
  EVENT_BUS_NAME: name,
});
