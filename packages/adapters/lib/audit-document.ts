import { parse } from '@flaghoist/core/parse';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import * as z from 'zod/mini';

const auditDocumentSchema = z.object({
  id: z.string(),
  type: z.string(),
  flagKey: z.optional(z.string()),
  changeId: z.optional(z.string()),
  region: z.string(),
  at: z.int(),
  detail: z.record(z.string(), z.unknown()),
});

/** @throws InvalidInputError for what this product did not write */
export const documentOf = (source: unknown): AuditDocument =>
  parse(auditDocumentSchema, source, {
    what: 'audit document',
    hint: 'Only the audit writer writes to this index; find out who else does.',
  });
