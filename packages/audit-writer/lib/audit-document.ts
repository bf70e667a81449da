import type { FlaghoistEvent } from '@flaghoist/core/events';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';

/** The document of an event. Its id is the event's, so that a repeated event is one document. */
export const documentOf = ({ id, type, region, at, detail }: FlaghoistEvent): AuditDocument => ({
  id,
  type,
  ...('flagKey' in detail ? { flagKey: detail.flagKey } : {}),
  ...('changeId' in detail && detail.changeId !== undefined ? { changeId: detail.changeId } : {}),
  region,
  at,
  detail,
});
