import { encodeBitmap } from '@flaghoist/core/bitmap';
import type { Expected } from '@flaghoist/core/expected';
import type { ExpectRow } from '@flaghoist/core/ports/verification-store';
import { LATE_AFTER_MS } from '@flaghoist/core/verdict';
import type { Acknowledged } from './acknowledged.ts';
import { MAX_RIPE, type Ripe } from './workflow.ts';

/** When nobody waits for the row's caches any longer, epoch milliseconds. */
export const deadlineOf = ({ expectedAt }: ExpectRow): number => expectedAt + LATE_AFTER_MS;

interface Window {
  rows: readonly ExpectRow[];
  /** `undefined`: the log could not be read. */
  acknowledged: Acknowledged | undefined;
  /** Rows of which every line was there at an earlier look. */
  complete: ReadonlySet<ExpectRow>;
  expected: Expected;
  now: number;
}

/**
 * The changes that can be compared now, oldest first: refused by this region, or each expected service's line is there,
 * or the deadline has passed.
 */
export const ripeChanges = async ({ rows, acknowledged, complete, expected, now }: Window): Promise<Ripe[]> => {
  const ripe: Ripe[] = [];
  for (const row of rows) {
    if (ripe.length === MAX_RIPE) break;
    const { changeId, flagKey, order } = row;
    const services = await expected(row);
    const isLogged = (service: string): boolean =>
      complete.has(row) || (acknowledged?.shows(flagKey, service, order) ?? false);
    const isDue = row.refusal !== null || now >= deadlineOf(row);
    const isComplete = services?.every(isLogged) ?? false;
    if (isDue || isComplete)
      ripe.push({ key: { changeId, flagKey, order }, logged: encodeBitmap(services ?? [], isLogged) });
  }
  return ripe;
};
