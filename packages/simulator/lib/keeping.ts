import type { ChangeKey } from '@flaghoist/core/change';
import type { Order } from '@flaghoist/core/order';
import type { ExpectRow } from '@flaghoist/core/ports/verification-store';
import type { LetterStorage, TableName, TableStorage, TrailStorage } from '@flaghoist/in-memory/journal';
import type { Entry } from '@flaghoist/in-memory/partition';
import type { History } from '@flaghoist/in-memory/replica-items';
import type { Table } from '@flaghoist/in-memory/table';

/** What an ended world has left, for regions that are rebuilt from it. */
export interface Remains {
  /** The regions that it had. */
  readonly regions: ReadonlySet<string>;
  /** The items of its home's `flags`, without revisions. */
  readonly items: readonly Entry[];
  readonly revisions: History;
  /** Its changes that nobody has decided. */
  readonly undecided: readonly { readonly flagKey: string; readonly order: Order }[];
  /** The row of a change that was decided: no region has to look at it once more. */
  settledRow(key: ChangeKey): ExpectRow | undefined;
  /** What one home's `flags` has and another one's has not: it was on its way. */
  missingIn(table: Table, from: Table): readonly Entry[];
}

/** Where a world keeps what outlives it. What is not kept is rebuilt as in a region that joins. */
export interface Keeping {
  /** The regions that keep: home and standby. */
  readonly homes: readonly string[];
  readonly remains: Remains | undefined;
  table(name: TableName, options: Pick<TableStorage, 'keepsRecords'>): TableStorage;
  trail(region: string): TrailStorage;
  /** @param queue its ARN */
  letters(queue: string): LetterStorage;
}
