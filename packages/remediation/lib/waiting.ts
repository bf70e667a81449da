import { isOfTheFuture, isTooOld } from './age.ts';
import type { RemediationMemory, RemediationWork } from './ports.ts';
import { digestOf, keptRecord, type RemediationRecord } from './record.ts';

/**
 * The plan that waits for an approval: the one that was saved, on the state as it is, within a day. Who looks on a schedule leaves it
 * alone, because a new plan would be another one than people are reading. A record that cannot be read waits for nobody.
 *
 * @param asked the digest of the plan that people were told of: one that they know nothing of waits for nobody
 */
export const waiting = async (
  {
    work,
    memory,
  }: {
    readonly work: Pick<RemediationWork, 'mark' | 'saved'>;
    readonly memory: Pick<RemediationMemory, 'record' | 'begun'>;
  },
  { asked, now }: { readonly asked: string; readonly now: number },
): Promise<RemediationRecord | undefined> => {
  // One that began to be applied waits for nobody.
  const record = memory.begun() === undefined ? keptRecord(memory).record : undefined;
  if (record === undefined || record.need !== 'ask' || digestOf(record) !== asked || work.saved() !== record.planSha256)
    return undefined;
  if (isTooOld(record.plannedAt, now) || isOfTheFuture(record.plannedAt, now)) return undefined;
  const { lineage, serial } = await work.mark();
  return lineage === record.state.lineage && serial === record.state.serial ? record : undefined;
};
