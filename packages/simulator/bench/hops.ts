import type { Platform } from '../lib/platform.ts';

interface Hop {
  active: number;
  since: number;
  busyMs: number;
  records: number;
}

/** How many records a function was handed: a stream's, a queue's, or one. */
const recordsIn = (input: unknown): number => {
  const records = typeof input === 'object' && input !== null && 'Records' in input ? input.Records : undefined;
  return Array.isArray(records) ? records.length : 1;
};

/**
 * Times the functions of a world: for each, how long at least one of it was running. Whatever else got its turn meanwhile
 * is counted in, so these are upper bounds, and only worth reading with one change on its way. Functions that wait
 * (scan, conclude) are left out.
 */
export class Hops {
  readonly #hops = new Map<string, Hop>();

  readonly instrument: Platform['instrument'] = (name, handler) => {
    const hop = this.#hops.get(name) ?? { active: 0, since: 0, busyMs: 0, records: 0 };
    this.#hops.set(name, hop);
    const timed = async (...input: Parameters<typeof handler>): Promise<unknown> => {
      hop.records += recordsIn(input[0]);
      hop.active += 1;
      if (hop.active === 1) hop.since = performance.now();
      try {
        return await handler(...input);
      } finally {
        hop.active -= 1;
        if (hop.active === 0) hop.busyMs += performance.now() - hop.since;
      }
    };
    return timed as typeof handler;
  };

  /** Microseconds per record, by function. */
  get microseconds(): Readonly<Record<string, number>> {
    const timed = [...this.#hops].filter(([name, { records }]) => records > 0 && !/scan|conclude/.test(name));
    return Object.fromEntries(
      timed.map(([name, { busyMs, records }]) => [name, Math.round((busyMs * 1000) / records)]),
    );
  }
}
