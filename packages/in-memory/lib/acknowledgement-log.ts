import { type Acknowledgement, acknowledgementSchema, notHolding } from '@flaghoist/core/acknowledgement';
import { UnavailableError } from '@flaghoist/core/errors';
import { parseJson } from '@flaghoist/core/parse';
import type {
  AcknowledgementLog,
  AcknowledgementQuery,
  AcknowledgementWindow,
  QueryPage,
} from '@flaghoist/core/ports/acknowledgement-log';
import type { Clock } from '@flaghoist/core/ports/clock';
import { AcknowledgementIndex } from './acknowledgement-index.ts';
import { createLineWriter, type DiscoveredLine, discover } from './acknowledgement-text.ts';
import { type LatencyModel, noLatency } from './latency.ts';

export interface AcknowledgementLogOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly latency?: LatencyModel;
  /** How long lines stay; 15 minutes unless told otherwise. */
  readonly retentionMs?: number;
  /** Rows a page has at most; 10,000 as in CloudWatch unless told otherwise. */
  readonly pageSize?: number;
  /** How many of the newest lines `lines` gives back; 1,000 unless told otherwise. */
  readonly keepLines?: number;
  /** Hears of each line when it becomes visible. */
  readonly onLine?: (line: DiscoveredLine) => void;
}

interface Query {
  readonly doneAt: number;
  readonly failed: boolean;
  readonly rows: ReturnType<AcknowledgementIndex['highest']>;
}

interface Pending {
  readonly text: string;
  readonly writtenAt: number;
  readonly visibleAt: number;
}

const MINUTE_MS = 60_000;
/** CloudWatch Logs Insights: StartQuery, per region, not adjustable. */
const STARTS_PER_SECOND = 10;
/** CloudWatch runs no more at once; older results are gone here. */
const QUERIES_KEPT = 100;
/** Outcomes of lines that prove nothing: the cache keeps another digest, or may lack flags. */
const NOT_HOLDING: ReadonlySet<string> = new Set(notHolding);

/** One region's shared log group and the summary query over it. */
export class InMemoryAcknowledgementLog implements AcknowledgementLog, AcknowledgementQuery {
  readonly #options: AcknowledgementLogOptions;
  readonly #latency: LatencyModel;
  readonly #retentionMs: number;
  readonly #textOf = createLineWriter();
  readonly #index = new AcknowledgementIndex();
  readonly #muted = new Set<string>();
  readonly #queries = new Map<string, Query>();
  #pending: Pending[] = [];
  #drainAt = 1024;
  #kept: string[] = [];
  #starts: number[] = [];
  #started = 0;
  #failNext = 0;
  #lastDrop = 0;

  constructor(options: AcknowledgementLogOptions) {
    this.#options = options;
    this.#latency = options.latency ?? noLatency;
    this.#retentionMs = options.retentionMs ?? 15 * MINUTE_MS;
  }

  write(line: Acknowledgement): void {
    if (this.#muted.has(line.service)) return;
    const text = this.#textOf(line);
    const now = this.#options.clock.now();
    const delayMs = this.#latency.sample('logIngestion');
    if (delayMs === 0) {
      this.#ingest(text, now);
      return;
    }
    this.#pending.push({ text, writtenAt: now, visibleAt: now + delayMs });
    // No timer per line: what is due is taken in when somebody looks, or when much has gathered.
    if (this.#pending.length >= this.#drainAt) this.#ingestDue(now);
  }

  async start({ from, to, flagKeys }: AcknowledgementWindow): Promise<string> {
    const now = this.#options.clock.now();
    this.#starts = this.#starts.filter((at) => at > now - 1000);
    if (this.#starts.length >= STARTS_PER_SECOND) {
      throw new UnavailableError(
        `a log query in ${this.#options.region}`,
        `A region starts ${STARTS_PER_SECOND} queries a second: wait, and ask for more flags at once.`,
      );
    }
    this.#starts.push(now);
    this.#ingestDue(now);
    this.#started += 1;
    const queryId = `${this.#options.region}-query-${this.#started}`;
    const failed = this.#failNext > 0;
    if (failed) this.#failNext -= 1;
    const rows = failed ? [] : this.#index.highest(flagKeys, from, to);
    this.#queries.set(queryId, { doneAt: now + this.#latency.sample('insightsQuery'), failed, rows });
    this.#forgetOldQueries();
    return queryId;
  }

  async results(queryId: string, next?: string): Promise<QueryPage> {
    const query = this.#queries.get(queryId);
    if (query === undefined) throw new RangeError(`there is no query ${queryId}`);
    if (this.#options.clock.now() < query.doneAt) return { status: 'running' };
    if (query.failed) return { status: 'failed' };
    const from = next === undefined ? 0 : Number(next);
    const to = from + (this.#options.pageSize ?? 10_000);
    const rows = query.rows.slice(from, to);
    return to < query.rows.length ? { status: 'complete', rows, next: String(to) } : { status: 'complete', rows };
  }

  /** The newest lines that have become visible, read back from their text. */
  get lines(): readonly Acknowledgement[] {
    this.#ingestDue(this.#options.clock.now());
    const subject = { what: 'acknowledgement line', hint: 'Lines are written through core’s type only.' };
    return this.#kept.slice(-this.#keepLines).map((text) => parseJson(acknowledgementSchema, text, subject));
  }

  /** From now on the lines of a service are lost, as when its log stream is broken. */
  mute(service: string): void {
    this.#muted.add(service);
  }

  unmute(service: string): void {
    this.#muted.delete(service);
  }

  /** The next queries end as `failed`. */
  failQueries(count: number): void {
    this.#failNext = count;
  }

  get #keepLines(): number {
    return this.#options.keepLines ?? 1_000;
  }

  #ingestDue(now: number): void {
    if (this.#pending.length === 0) return;
    const waiting: Pending[] = [];
    for (const line of this.#pending) {
      if (line.visibleAt <= now) this.#ingest(line.text, line.writtenAt);
      else waiting.push(line);
    }
    this.#pending = waiting;
    this.#drainAt = Math.max(1024, 2 * waiting.length);
  }

  #ingest(text: string, writtenAt: number): void {
    const line = discover(text);
    if (!NOT_HOLDING.has(line.outcome)) this.#index.add(line.flagKey, line.service, line.heldOrder, writtenAt);
    this.#keep(text);
    this.#options.onLine?.(line);
    if (writtenAt - this.#lastDrop < MINUTE_MS) return;
    this.#lastDrop = writtenAt;
    this.#index.dropBefore(writtenAt - this.#retentionMs);
  }

  #keep(text: string): void {
    if (this.#keepLines === 0) return;
    this.#kept.push(text);
    if (this.#kept.length >= 2 * this.#keepLines) this.#kept = this.#kept.slice(-this.#keepLines);
  }

  #forgetOldQueries(): void {
    if (this.#queries.size <= QUERIES_KEPT) return;
    const [oldest] = this.#queries.keys();
    if (oldest !== undefined) this.#queries.delete(oldest);
  }
}
