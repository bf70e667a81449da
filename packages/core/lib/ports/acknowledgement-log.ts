import type { Acknowledgement, AcknowledgementRow } from '../acknowledgement.ts';

/** The region's one shared log group, written straight to standard output. */
export interface AcknowledgementLog {
  write(line: Acknowledgement): void;
}

export interface AcknowledgementWindow {
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  readonly to: number;
  readonly flagKeys: readonly string[];
}

export type QueryPage =
  | { readonly status: 'running' }
  | { readonly status: 'failed' }
  | { readonly status: 'complete'; readonly rows: readonly AcknowledgementRow[]; readonly next?: string };

/**
 * The summary query over the log: the highest `heldOrder` by flag and service. The service starts ten queries a second
 * per region and no more, so one query serves a whole window.
 */
export interface AcknowledgementQuery {
  /** @throws UnavailableError when the region's queries are used up for this second */
  start(window: AcknowledgementWindow): Promise<string>;
  results(queryId: string, next?: string): Promise<QueryPage>;
}
