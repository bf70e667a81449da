import * as z from 'zod/mini';
import { filled } from './variables.ts';

/** How a function reaches the caches of its region, or of its cell. Numbers arrive as text. */
export const cacheVariables = {
  CACHE_HOST: filled,
  CACHE_PORT: z.pipe(z.coerce.number(), z.int().check(z.gte(1), z.lte(65_535))),
  /** How many shards its slots are spread over, evenly. */
  CACHE_SHARDS: z._default(z.pipe(z.coerce.number(), z.int().check(z.gte(1), z.lte(500))), 1),
  /** In transit everything is encrypted; `false` is for a local server. */
  CACHE_TLS: z._default(z.stringbool(), true),
};
