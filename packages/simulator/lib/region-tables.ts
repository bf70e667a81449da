import { changesTable } from '@flaghoist/in-memory/change-store';
import { ReplicaItems } from '@flaghoist/in-memory/replica-items';
import { Table } from '@flaghoist/in-memory/table';
import type { Remains } from './keeping.ts';
import type { Platform } from './platform.ts';

/** The tables of one region. */
interface RegionTables {
  readonly flags: Table;
  readonly changesTable: Table;
  /** See `Remains`. */
  readonly settledRow: Remains['settledRow'] | undefined;
}

/**
 * A region's `changes` and its replica of `flags`. Those of home and standby are where they were left; every other region
 * that was there before is rebuilt from home's.
 */
export const regionTables = (platform: Platform, region: string): RegionTables => {
  const { scheduler, limits, keeping } = platform;
  const options = { region, clock: scheduler, limits };
  const remains = keeping?.remains?.regions.has(region) ? keeping.remains : undefined;
  const keeps = keeping?.homes.includes(region) ? keeping : undefined;
  const flags = new Table({
    ...options,
    name: 'flags',
    // What its stream has not shown of undecided changes is shown again in every region.
    storage: keeps?.table({ region, table: 'flags' }, { keepsRecords: false }),
    items: keeps === undefined && remains !== undefined ? new ReplicaItems(remains.revisions) : undefined,
  });
  if (keeps === undefined) for (const entry of remains?.items ?? []) flags.restore(entry);
  platform.flags.add(flags, { isInStep: remains !== undefined });
  return {
    flags,
    changesTable: changesTable({
      ...options,
      storage: keeps?.table({ region, table: 'changes' }, { keepsRecords: true }),
    }),
    settledRow: remains?.settledRow,
  };
};
