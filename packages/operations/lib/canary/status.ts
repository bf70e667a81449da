/** That what was wrong in a region was named and taken back. */
export interface Detection {
  readonly region: string;
  /** When it was decided, epoch milliseconds. */
  readonly at: number;
  readonly tookMs: number;
}

/** A planted fault that was not found, that none could be planted, or that nothing can be found at all. */
export interface Undetected {
  /** `*`: the proof itself has stopped. */
  readonly region: string;
  readonly at: number;
  readonly changeId: string;
  readonly why: string;
}

export interface CanaryStatus {
  /** The newest of each region that serves, the newest first. */
  readonly detections: readonly Detection[];
  /** By region that serves, those after which nothing was found there yet; of region `*`, that the proof itself has stopped. */
  readonly undetected: readonly Undetected[];
  /** How the last change ended that nothing was wrong with; `null`: none yet. */
  readonly last: { readonly at: number; readonly state: string } | null;
}

/** Why nothing is proven in a region, from how the change ended that was planted wrong there. */
export const notFound = (ending: string): string => `what was planted was not found (${ending})`;
