import type { AuditWriteResult } from '@flaghoist/core/ports/audit-index';

/** One item of a bulk answer, as far as it is looked at. */
interface BulkItem {
  readonly status?: number;
  readonly error?: { readonly type?: string; readonly reason?: string | null };
}

/** A right or a stream that is missing is given or made by an operator; the event must still be there then. */
const isRetryable = (status: number): boolean => [401, 403, 404, 429].includes(status) || status >= 500;

/** What a bulk answer says of one document. An item without an answer was not taken, and may be sent again. */
export const bulkResultOf = (id: string, item: BulkItem | undefined): AuditWriteResult => {
  const status = item?.status ?? 503;
  if (status === 200 || status === 201) return { id, status: 'created' };
  if (status === 409) return { id, status: 'exists' };
  const { type = 'unknown', reason } = item?.error ?? {};
  return { id, status: 'failed', retryable: isRetryable(status), reason: `${status} ${type}: ${reason ?? ''}` };
};
