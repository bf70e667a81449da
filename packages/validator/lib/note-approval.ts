import { approvalOf, writtenApprovalOf } from '@flaghoist/core/storage/approval-items';
import { keyIn } from '@flaghoist/core/storage/found-item';
import type { FoundItem } from '@flaghoist/core/storage/write';
import type { AcceptPorts } from './ports.ts';

/**
 * Keeps the first approval in a place, with the stream's time. What is no approval is left where it lies: it counts for
 * nothing, and whoever wrote it may have anything under their key.
 */
export const noteApproval = async (
  item: FoundItem,
  writtenAt: number,
  { approvals, log }: Pick<AcceptPorts, 'approvals' | 'log'>,
): Promise<void> => {
  const read = readApproval(item);
  if (read === undefined) {
    log.warn('not an approval', { pk: keyIn(item).pk.slice(0, LONGEST_KEY) });
    return;
  }
  await approvals.note(read.written, read.approval, writtenAt);
};

/** What lies in an approver's place, if it is an approval. */
export const readApproval = (item: FoundItem | undefined) => {
  const written = item && writtenApprovalOf(item);
  const approval = written && approvalOf(written);
  return written && approval && { written, approval };
};

const LONGEST_KEY = 200;
