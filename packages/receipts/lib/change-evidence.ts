import type { ChangeRecord } from '@flaghoist/core/change';
import type { Envelope } from '@flaghoist/core/envelope';
import type { AuditDocument } from '@flaghoist/core/ports/audit-index';
import type { Proof } from '@flaghoist/core/proof';
import type { Topology } from '@flaghoist/core/topology';

/** What home and its trail have of a change. */
export interface ChangeEvidence {
  readonly environment: string;
  readonly envelope: Envelope;
  readonly record: ChangeRecord;
  readonly proofs: readonly Proof[];
  /** The trail of the change. What it lacks is left out: home's own items count without it. */
  readonly trail: readonly AuditDocument[];
  readonly atAcceptance: Topology;
  readonly now: Topology;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
}
