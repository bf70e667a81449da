import { systemClock } from '@flaghoist/system/clock';
import { CacheOutages } from '../../lib/cache-outages.ts';
import { JsonLogger } from '../../lib/json-logger.ts';

/** Outages as a process logs them. */
export const loggedOutages = () => {
  const written: string[] = [];
  const log = new JsonLogger({ clock: systemClock, write: (line) => void written.push(line) });
  return {
    log,
    outages: new CacheOutages({ log, clock: systemClock }),
    lines: (): readonly Record<string, unknown>[] => written.map((line) => JSON.parse(line)),
  };
};
