import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';
import { port, tls } from './environment.ts';

export const reconcileEnvironmentSchema = z.object({
  AWS_REGION: name,
  FLAGS_TABLE: name,
  VERIFICATION_TABLE: name,
  CACHE_HOST: name,
  CACHE_PORT: port,
  CACHE_TLS: tls,
  /** The ARN of a service's queue, with `{service}` in its place. */
  QUEUE_ARN_TEMPLATE: name,
  DEAD_LETTER_ARN_TEMPLATE: name,
  LOAD_QUEUE_ARN: name,
  EVENT_BUS_NAME: name,
});
