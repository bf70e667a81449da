import * as z from 'zod/mini';
import { filled } from './variables.ts';

/** The value of CACHE_PASSWORD where a token takes its place: everywhere but on one's own machine. */
export const NO_PASSWORD = 'none';

/** How a function reaches the caches of its region, or of its cell, and as whom. Numbers arrive as text. */
export const cacheVariables = {
  CACHE_HOST: filled,
  CACHE_PORT: z.pipe(z.coerce.number(), z.int().check(z.gte(1), z.lte(65_535))),
  /** How many shards its slots are spread over, evenly. */
  CACHE_SHARDS: z._default(z.pipe(z.coerce.number(), z.int().check(z.gte(1), z.lte(500))), 1),
  /** In transit everything is encrypted; `false` is for a local server. */
  CACHE_TLS: z._default(z.stringbool(), true),
  /** The function's own user of the caches. Empty is for a local server. */
  CACHE_USER: z.string(),
  /** The id of the replication group, to which a token is made out. */
  CACHE_NAME: filled,
  /** For a local server; elsewhere `none`. */
  CACHE_PASSWORD: filled,
};

/** What is read of the environment by them, and the region that a token is made out to. */
export type CacheVariables = Readonly<z.output<z.ZodMiniObject<typeof cacheVariables>>> & {
  readonly AWS_REGION: string;
};
