import * as z from 'zod/mini';

/** Numbers arrive as text. */
export const port = z.pipe(z.coerce.number(), z.int().check(z.gte(1), z.lte(65_535)));

/** In transit everything is encrypted; `false` is for a local server. */
export const tls = z._default(z.stringbool(), true);
