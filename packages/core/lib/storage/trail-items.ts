import * as z from 'zod/mini';
import { digestOf } from '../canonical-json.ts';
import { orderSchema } from '../order.ts';
import type { Happening, ReadProgress, SweepProgress } from '../ports/trail-store.ts';
import { givenOf } from './approval-items.ts';
import { changeRecordOf, outcomeOf } from './change-items.ts';
import { ABSENT } from './conditions.ts';
import { contentIn, keyIn } from './found-item.ts';
import { GIVEN_PREFIX, OUTCOME_PREFIX, OVERWRITTEN_PREFIX, SWEEP } from './keys.ts';
import { overwritingOf } from './overwriting-items.ts';
import { momentOf } from './trail-keys.ts';
import type { Condition, FoundItem, Write } from './write.ts';

/** Never throws: one foreign item may not stop the sweep. */
export const happeningOf = (item: FoundItem): Happening => {
  const at = Number(momentOf(item));
  try {
    if (keyIn(item).sk.startsWith(GIVEN_PREFIX)) return { at, given: givenOf(item) };
    if (keyIn(item).sk.startsWith(OVERWRITTEN_PREFIX)) return { at, overwriting: overwritingOf(item) };
    if (!keyIn(item).sk.startsWith(OUTCOME_PREFIX)) return { at, record: changeRecordOf(item) };
    const outcome = outcomeOf(item);
    return outcome.outcome === 'accepted' ? { at, unreadable: keyIn(item) } : { at, outcome };
  } catch (unreadable) {
    return { at, unreadable };
  }
};

const progressSchema = z.object({
  through: z.int(),
  chain: z.nullable(z.object({ flagKey: z.string(), order: orderSchema, envelopeDigest: z.string() })),
  askedAt: z.int(),
});

/** @returns nothing where what is stored is not what was read */
export const progressWrite = (
  found: FoundItem | undefined,
  progress: SweepProgress,
  read: ReadProgress,
): Write<'changes'> | undefined => {
  const put = { ...SWEEP, progress: JSON.stringify(progress) };
  if (found === undefined) return read === undefined ? { table: 'changes', put, condition: ABSENT } : undefined;
  const stored = progressOf(found);
  if (read === undefined || digestOf(stored ?? null) !== digestOf(read)) return undefined;
  const { progress: text } = found;
  const condition: Condition =
    text === undefined ? { op: 'lacks', attribute: 'progress' } : { op: 'equals', values: { progress: text } };
  return { table: 'changes', put, condition };
};

export const progressOf = (item: FoundItem | undefined): ReadProgress => {
  if (item === undefined) return undefined;
  try {
    return contentIn(progressSchema, item, 'progress');
  } catch {
    return 'unreadable';
  }
};
