import { notesOf } from '@flaghoist/core/storage/queries';
import {
  failedWritesWrite,
  outageBeginning,
  outageEnding,
  toldWrite,
  wellWrite,
} from '@flaghoist/core/storage/redis-notes';
import type { ItemWrite } from '@flaghoist/core/storage/write';
import { Table } from '../lib/table.ts';

const MINUTE = 60_000;
const NOW = 1_700_000_040_000;

it('reads of the minutes of a Redis the window alone, and everything else once, marks of cells before the outage', () => {
  const table = new Table({ name: 'verification', region: 'eu-west-1', clock: { now: () => NOW } });
  const write = (...writes: readonly ItemWrite[]): void => {
    for (const each of writes) expect(table.write(each)).toBe(true);
  };
  // Time to live takes them within days.
  for (let minute = 0; minute < 24 * 60; minute += 1)
    write(failedWritesWrite({ redis: 'shared-1', count: 1, error: null, at: NOW - minute * MINUTE }));
  const outage = { since: NOW - 2, error: 'OOM', lastAt: NOW - 2 };
  write(
    outageBeginning('shared-1', 'OOM', NOW - 2),
    ...outageEnding('shared-1', outage, NOW - 1).map((each) => each as ItemWrite),
  );
  write(wellWrite('shared-1', 'cell-1', NOW), outageBeginning('shared-1', 'OOM', NOW), toldWrite('shared-1', NOW));
  const read = notesOf('shared-1', NOW - 10 * MINUTE).flatMap((query) => table.query(query).map(({ sk }) => sk));
  expect(read.filter((sk) => sk.startsWith('MINUTE#'))).toHaveLength(10);
  expect(read.filter((sk) => !sk.startsWith('MINUTE#'))).toEqual(['ENDED', 'CELL#cell-1', 'OUTAGE', 'TOLD']);
});
