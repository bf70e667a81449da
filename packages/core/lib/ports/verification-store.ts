import type { Audience } from '../audience.ts';
import type { ChangeKey } from '../change.ts';
import type { Order } from '../order.ts';
import type { ExpectedChange, Look, Verdict } from '../verdict.ts';

/** What a region expects of its caches for one change. Written from the stream record of its REVISION item. */
export interface ExpectRow extends ExpectedChange, ChangeKey {
  readonly audience: Audience;
  readonly departed: readonly string[];
  readonly topologyVersion: number;
  /** Epoch milliseconds at which this region wrote the row: the 15 s count from here. */
  readonly expectedAt: number;
  /** `open` until the region has answered. Any but a consistent answer is reopened when home asks again. */
  readonly answer: 'open' | Verdict;
  /** Which look is due, or was answered: home's questions move it on, and never back. */
  readonly look: Look;
  /** Why this region refuses the change; inconsistent whatever the caches hold (rule 3). */
  readonly refusal: string | null;
}

/** How many rows were added so far, by counter. */
export type RowCounts = readonly number[];

export type Lease = { readonly acquired: true; readonly rowsAdded: RowCounts } | { readonly acquired: false };

export interface Reopened {
  /** Those for which there is no row. */
  readonly missing: readonly ChangeKey[];
  /** Those that were answered `consistent`, and stay so. */
  readonly proven: readonly ExpectRow[];
}

/** What is noted of a Redis that does not take writes. */
export interface RedisNotes {
  /**
   * From the first refusal until a reconciler's pass that found all its caches on CURRENT, or wrote it there; `since`,
   * epoch milliseconds, is its name (rule 15).
   */
  readonly outage: { readonly since: number; readonly error: string; readonly lastAt: number } | null;
  /** The last outage that is over, and when it was found to be. Kept for as long as it is told of again. */
  readonly ended: { readonly since: number; readonly at: number } | null;
  /** When home was last told again of an outage or of its end; 0: never. */
  readonly toldAt: number;
  /** Writes that it refused or left unanswered within the window. */
  readonly writesFailed: number;
  /** By cell: when a pass over its caches last found all of this Redis well. */
  readonly wellAt: ReadonlyMap<string, number>;
  /** The sort keys of notes that somebody else wrote, so that they say nothing; left out where there are none. */
  readonly foreign?: readonly string[];
}

/** Writes that a Redis did not take. */
export interface FailedWrites {
  readonly redis: string;
  readonly count: number;
  /** The code with which it refused one of them; `null`: it left them unanswered, which begins no outage. */
  readonly error: string | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One region's table `verification`: expectation rows, the window's lease, failures of caches. Not replicated. */
export interface VerificationStore {
  /** Adds a row and counts it, in one transaction. A row that exists stays as it is. */
  expect(row: ExpectRow): Promise<'written' | 'exists'>;
  row(key: ChangeKey): Promise<ExpectRow | undefined>;
  /** Rows that wait for an answer, oldest first, at most `limit`. */
  openRows(limit: number): Promise<readonly ExpectRow[]>;
  /** Rows without a consistent answer: what the reconciler may still prove. */
  unprovenRows(): Promise<readonly ExpectRow[]>;
  /** The region's refusal of this very revision, if any. */
  refusalOf(flagKey: string, order: Order): Promise<string | undefined>;
  /**
   * Records the answer to a look. A consistent one is never replaced; any other answer to an earlier look than the one that
   * is due by now changes nothing.
   */
  answer(answered: ChangeKey & Pick<ExpectRow, 'look'>, verdict: Verdict): Promise<void>;
  /**
   * Opens rows again whose answer was not consistent: home asks only for what it has not heard, and an inconsistent
   * verdict may hang in a queue behind a function that died, longer than the change stays undecided. Each counts as an
   * added row, or a holder who had already looked at it could release the lease and nobody would look again.
   *
   * @param look the look that is meant; a row that has come to a later one stays there
   */
  reopen(keys: readonly ChangeKey[], look: Look): Promise<Reopened>;

  /** Takes or renews the window's lease: free, expired, or already this holder's. `rowsAdded` is read after it is taken. */
  acquireLease(holder: string, now: number, ttlMs: number): Promise<Lease>;
  /** Gives the lease back, only if no row was added since `rowsAdded`. */
  releaseLease(holder: string, rowsAdded: RowCounts): Promise<boolean>;

  /** Notes that a service's cache failed a change. @returns the changes it failed within the window, this one included */
  recordFailure(service: string, change: ChangeKey, now: number, windowMs: number): Promise<readonly ChangeKey[]>;

  noteFailedWrites(failed: FailedWrites): Promise<void>;
  /** A pass over a cell's caches found all of this Redis well. */
  noteWell(redis: string, cell: string, at: number): Promise<void>;
  redisNotes(redis: string, now: number, windowMs: number): Promise<RedisNotes>;
  /** Ends an outage at a moment and keeps that it has been, if nothing was refused since it was read. */
  endOutage(redis: string, outage: NonNullable<RedisNotes['outage']>, at: number): Promise<boolean>;
  /** Home was told again of an outage of this Redis, or of its end. */
  noteTold(redis: string, at: number): Promise<void>;
}
