import type { ChangeKind } from '@flaghoist/core/change';
import type { Envelope } from '@flaghoist/core/envelope';
import type { Violation } from '@flaghoist/core/proposal';
import type { Fact } from '@flaghoist/rules/evidence';
import type { Phase } from '@flaghoist/rules/rule';
import type { Waiver } from '@flaghoist/rules/waivers';
import type { Part } from './input/parts.ts';

/** A value in one of the given files. */
export interface Located {
  readonly part: Part;
  /** JSON Pointer into the part. */
  readonly pointer: string;
}

/** What the rules are asked about: the envelope that something in a file is, or would become. */
export interface FlagInFile {
  /** Empty for what a file says of all its flags. */
  readonly flagKey: string;
  readonly kind: ChangeKind;
  /** `null` when there are obstacles. */
  readonly envelope: Envelope | null;
  readonly phases: readonly Phase[];
  /** The facts that can be told from here. Rules that need others are not asked. */
  readonly known: ReadonlySet<Fact>;
  /** What keeps it from becoming an envelope at all; then the other rules are not asked. */
  readonly obstacles: readonly Violation[];
  /** What was found while it was read, beside what the rules say; by pointers into the envelope. */
  readonly remarks: readonly Violation[];
  /** The waivers under which it is, or would be, accepted. */
  readonly waivers: readonly Waiver[];
  /** What was found, with hints that say why a waiver of this flag does not help. */
  hinted(violations: readonly Violation[]): readonly Violation[];
  /** Where a pointer into the envelope leads in the files; `null` for what no file says but was assumed. */
  locate(pointer: string): Located | null;
}

/** What can be in a file, as people call it. */
export type FileKind = 'flagd file' | 'Kubernetes FeatureFlag' | 'flag definition' | 'proposal' | 'envelope';

/** A reviewed exception that makes a finding no fault. */
export type Waived = Pick<Waiver, 'ticket' | 'expires'>;

/** Something that is wrong with a file, whatever its flags are. */
export interface FileFinding extends Located {
  readonly violation: Omit<Violation, 'pointer'> & { readonly waived?: Waived };
  readonly flagKey: string;
}
