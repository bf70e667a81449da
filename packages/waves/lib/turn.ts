import { describeError } from '@flaghoist/core/describe-error';
import type { Marks } from './apply-part.ts';
import { WavesRefusedError } from './errors.ts';
import { mustPrecede } from './order.ts';
import { partName } from './part.ts';
import type { PartWork } from './part-work.ts';
import { type Entry, entriesOf, isToChange, type WavesRecord } from './record.ts';

interface Turn {
  readonly record: WavesRecord;
  readonly isAsked: (entry: Entry) => boolean;
  readonly marks: Marks;
  readonly work: PartWork;
}

/** What is asked for alone must not overtake what has to come before it, nor what of that has failed half-way. @throws {WavesRefusedError} */
export const refuseOutOfTurn = async ({ record, isAsked, marks, work }: Turn): Promise<void> => {
  const entries = entriesOf(record);
  const left = new Map<string, Promise<string | undefined>>();
  const leftOf = (other: Entry): Promise<string | undefined> => {
    const known = left.get(partName(other)) ?? leftToDo(other, { work, marks });
    left.set(partName(other), known);
    return known;
  };
  const waiting: string[] = [];
  for (const entry of entries.filter(isAsked).filter(isToChange)) {
    const before = new Set(mustPrecede(record.waves, entry).map(partName));
    for (const other of entries) {
      if (!before.has(partName(other)) || isAsked(other) || !isToChange(other)) continue;
      const what = await leftOf(other);
      if (what !== undefined) waiting.push(`${partName(entry)} has its turn after ${partName(other)}${what}`);
    }
  }
  if (waiting.length === 0) return;
  throw new WavesRefusedError(
    [...new Set(waiting)],
    'Nothing was begun. Apply those first, or all of them without --only.',
  );
};

/**
 * A state that has moved says that something was done, and not that all was: that only a new plan says.
 *
 * @returns `undefined` for a part that is done; what there is to say beside its name
 */
const leftToDo = async (entry: Entry, { work, marks }: Pick<Turn, 'work' | 'marks'>): Promise<string | undefined> => {
  if (await marks.isAsPlanned(entry)) return '';
  if (entry.task === 'destroy' && (await marks.now(entry)).resources === 0) return undefined;
  try {
    return (await work.plan(entry, entry)).changes ? '' : undefined;
  } catch (error) {
    return `, which cannot be planned: ${describeError(error)}`;
  }
};
