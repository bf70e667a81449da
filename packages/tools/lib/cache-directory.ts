import { join } from 'node:path';
import type { Variables } from './run-program.ts';

/** Where tools that are fetched once per machine are kept: outside of the clone, which may be thrown away. */
export const cacheDirectory = ({ FLAGHOIST_CACHE, XDG_CACHE_HOME, HOME = '.' }: Variables): string =>
  FLAGHOIST_CACHE ?? join(XDG_CACHE_HOME ?? join(HOME, '.cache'), 'flaghoist');
