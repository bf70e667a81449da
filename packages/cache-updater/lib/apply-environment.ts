import { name } from '@flaghoist/adapters/environment';
import * as z from 'zod/mini';
import { port, tls } from './environment.ts';

export const applyEnvironmentSchema = z.object({
  AWS_REGION: name,
  /** The services whose queues this function reads. */
  CELL: name,
  CACHE_HOST: name,
  CACHE_PORT: port,
  CACHE_TLS: tls,
  /** The ARN of a service's queue, with `{service}` in its place. */
  QUEUE_ARN_TEMPLATE: name,
  DEAD_LETTER_ARN_TEMPLATE: name,
  LOAD_QUEUE_ARN: name,
});
