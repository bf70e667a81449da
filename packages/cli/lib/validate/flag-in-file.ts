import type { ChangeKind } from '@flaghoist/core/change';
import type { Envelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import type { Fact } from '@flaghoist/rules/evidence';
import type { Phase } from '@flaghoist/rules/rule';

/** What the rules are asked about: the envelope that something in a file is, or would become. */
export interface FlagInFile {
  readonly flagKey: string;
  readonly kind: ChangeKind;
  /** `null` when there are obstacles. */
  readonly envelope: Envelope | null;
  readonly phases: readonly Phase[];
  /** The facts that can be told from here. Rules that need others are not asked. */
  readonly known: ReadonlySet<Fact>;
  /** What keeps it from becoming an envelope at all; then the other rules are not asked. */
  readonly obstacles: readonly Violation[];
  /** The JSON Pointer into the file for one into the envelope; `null` for what the file does not say but was assumed. */
  inFile(pointer: string): string | null;
}

/** What can be in a file, as people call it. */
export type FileKind = 'flagd file' | 'flag definition' | 'proposal' | 'envelope';
