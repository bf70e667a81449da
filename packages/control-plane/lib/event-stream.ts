import type { ServerResponse } from 'node:http';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { Feed, Numbered } from './feed.ts';

interface Options {
  readonly feed: Pick<Feed, 'end' | 'placeOf' | 'after' | 'subscribe'>;
  /** Which events its reader has asked for. */
  readonly isMeant: (numbered: Numbered) => boolean;
  /** For the log. */
  readonly caller: string;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Pick<Logger, 'warn'>;
}

const HEARTBEAT_MS = 15_000;
/** Events that are looked at before the feed is asked for more. */
const AT_A_TIME = 50;

/**
 * One reader of server-sent events. It is written to as fast as it reads: what it has yet to get stays in the feed, which all
 * readers share, and nothing is kept for it alone. A reader that takes nothing between two heartbeats is dropped, and so is one that
 * falls behind what the feed keeps.
 */
export class EventStream {
  readonly #raw: ServerResponse;
  readonly #options: Options;
  readonly #stops = new Set<() => void>();
  /** Those that wait until the reader has taken what was written. */
  #waiting: (() => void)[] = [];
  /** How often the reader has taken all that was written. */
  #taken = 0;
  #place: number;
  #sending = false;
  #ended = false;

  /**
   * @param raw of which the head was not written yet
   * @param lastId of the last event that the reader has seen; left out: it gets what happens from now on
   */
  constructor(raw: ServerResponse, options: Options, lastId?: string) {
    this.#raw = raw;
    this.#options = options;
    const { feed } = options;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.on('close', () => this.end());
    raw.on('drain', () => {
      this.#taken += 1;
      this.#wake();
    });
    const place = lastId === undefined ? feed.end : feed.placeOf(lastId);
    const isKept = place !== undefined && feed.after(place, 1) !== undefined;
    this.#place = isKept ? place : feed.end;
    raw.write(isKept ? ': open\n\n' : 'event: reset\ndata: {}\n\n: open\n\n');
    this.onEnd(feed.subscribe(() => void this.#send()));
    void this.#send();
    // Who hung up meanwhile: nobody would tell that this stream has closed.
    if (raw.destroyed) this.end();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Is called once, when it ends; at once where it has. */
  onEnd(stop: () => void): void {
    if (this.#ended) stop();
    else this.#stops.add(stop);
  }

  /** Waits until the reader has taken what was written before. Nothing is written once the stream has ended. */
  async write(text: string): Promise<void> {
    while (!this.#ended && this.#raw.writableNeedDrain)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!this.#ended) this.#raw.write(text);
  }

  /** Keeps the connection alive, and the reader awake, until the stream ends. */
  async beat(): Promise<void> {
    while (!this.#ended) {
      const wasFull = this.#raw.writableNeedDrain;
      const taken = this.#taken;
      await this.#options.clock.sleep(HEARTBEAT_MS);
      if (this.#ended) return;
      if (!this.#raw.writableNeedDrain) this.#raw.write(': still here\n\n');
      else if (wasFull && this.#taken === taken) this.#drop(`it took nothing for ${HEARTBEAT_MS / 1000} s`);
    }
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const stop of this.#stops) stop();
    this.#wake();
    this.#raw.end();
  }

  /** Sends what has happened since the last that was sent, unless it is about to. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    const { feed, isMeant } = this.#options;
    while (!this.#ended && this.#place < feed.end) {
      const some = feed.after(this.#place, AT_A_TIME);
      if (some === undefined) {
        this.#drop('what it has yet to get is no longer kept');
        break;
      }
      for (const numbered of some) if (isMeant(numbered)) await this.write(textOf(numbered));
      this.#place += some.length;
    }
    this.#sending = false;
  }

  #drop(why: string): void {
    const { caller, log } = this.#options;
    log.warn('slow reader of events dropped', { caller, why });
    this.end();
    this.#raw.destroy();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

const textOf = ({ id, event }: Numbered): string =>
  `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
