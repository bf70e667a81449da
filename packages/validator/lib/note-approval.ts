import { approvalIn, isGivenAgain } from '@flaghoist/core/storage/approval-items';
import { keyIn } from '@flaghoist/core/storage/found-item';
import type { FoundItem } from '@flaghoist/core/storage/write';
import type { AcceptPorts } from './ports.ts';

/**
 * Keeps the first approval in a place, with the stream's time, and that of each time it is given once more. What else is
 * written over it changes nothing: `tell` says so. What is no approval is left where it lies: it counts for nothing, and
 * whoever wrote it may have anything under their key.
 */
export const noteApproval = async (
  before: FoundItem | undefined,
  item: FoundItem,
  writtenAt: number,
  { approvals, clock, log }: Pick<AcceptPorts, 'approvals' | 'clock' | 'log'>,
): Promise<void> => {
  const first = before && approvalIn(before);
  const read = approvalIn(item);
  if (first !== undefined && !(read !== undefined && isGivenAgain(read, first))) return;
  if (read === undefined) {
    log.warn('not an approval', { pk: keyIn(item).pk.slice(0, LONGEST_KEY) });
    return;
  }
  await approvals.note(read.written, { ...read, at: writtenAt }, clock.now());
};

const LONGEST_KEY = 200;
