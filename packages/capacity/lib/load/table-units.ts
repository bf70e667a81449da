import { assumptions } from './assumptions.ts';
import type { Deployment } from './deployment.ts';
import type { RegionLoad } from './region-load.ts';

/** Units of capacity that a table of a region is asked for in a second. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

const RECONCILER = 'cache-updater.reconcile';

/** What a replica gets of a change: its items, each once, in whole kilobytes. */
const replicatedWrites = (): number =>
  2 * assumptions.envelopeKilobytes.value + 2 + assumptions.envelopeKilobytes.value;

/**
 * What the functions of a region ask of its tables, by the plan's word for the table.
 *
 * @param readUnits units for a flag that the reconciler reads
 */
export const tableUnits = (load: RegionLoad, { home }: Deployment, readUnits = 1): ReadonlyMap<string, Units> => {
  const units = new Map<string, { reads: number; writes: number }>();
  const add = (table: string, reads: number, writes: number): void => {
    const before = units.get(table) ?? { reads: 0, writes: 0 };
    units.set(table, { reads: before.reads + reads, writes: before.writes + writes });
  };
  for (const [name, { perSecond }] of load.events) {
    const { reads, writes } = assumptions.functions[name];
    for (const [table, each] of Object.entries(reads)) {
      const perRun = name === RECONCILER && table === 'flags' ? load.flags * each * readUnits : each;
      add(table, perRun * perSecond, 0);
    }
    for (const [table, each] of Object.entries(writes)) add(table, 0, each * perSecond);
  }
  if (load.region !== home) add('flags', 0, replicatedWrites() * load.changesPerSecond);
  return units;
};
