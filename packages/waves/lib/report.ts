import type { WaveName } from './order.ts';
import type { Part } from './part.ts';

export type Outcome =
  /** A plan was applied. */
  | 'applied'
  /** Nothing was to be done, or it was done before. */
  | 'as-it-is'
  | 'failed'
  | 'not-begun';

export interface PartReport extends Part {
  readonly wave: WaveName;
  readonly outcome: Outcome;
  /** What was done or is to be done; what it failed with. */
  readonly summary: string;
  readonly error?: unknown;
}

export interface Unwell {
  readonly region: string;
  readonly problems: readonly string[];
}

/** How an apply ended. */
export interface WavesReport {
  readonly parts: readonly PartReport[];
  /** Why it ended before the last wave; null when it did not. */
  readonly stopped: 'failure' | 'interrupted' | 'unwell' | 'asked' | null;
  readonly unwell: readonly Unwell[];
}

export type WavesEvent =
  | { readonly kind: 'wave'; readonly name: WaveName; readonly parts: readonly Part[] }
  | { readonly kind: 'begun'; readonly part: Part; readonly steps: number }
  | { readonly kind: 'step'; readonly part: Part; readonly done: number }
  | { readonly kind: 'ended'; readonly report: PartReport }
  | { readonly kind: 'settling'; readonly regions: readonly string[] };
