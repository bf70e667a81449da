import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';

interface Options {
  /** What may wait for its reader. */
  readonly bytes: number;
  /** For the log. */
  readonly caller: string;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
}

/** A reader that is told what it has missed may stand still for so long. */
const PATIENCE_MS = 30_000;

/** One reader of server-sent events. What it does not read is not kept for it: it is dropped. */
export class EventStream {
  readonly #raw: ServerResponse;
  readonly #options: Options;
  readonly #stops = new Set<() => void>();
  #ended = false;

  /** @param raw of which the head was not written yet */
  constructor(raw: ServerResponse, options: Options) {
    this.#raw = raw;
    this.#options = options;
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.on('close', () => this.end());
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Is called once, when it ends; at once where it has. */
  onEnd(stop: () => void): void {
    if (this.#ended) stop();
    else this.#stops.add(stop);
  }

  write(text: string): void {
    if (this.#ended) return;
    this.#raw.write(text);
    if (this.#raw.writableLength > this.#options.bytes) this.#drop();
  }

  /** Waits until its reader has taken what was written. One that does not is dropped. */
  async taken(): Promise<void> {
    if (this.#ended || !this.#raw.writableNeedDrain) return;
    const gone = new AbortController();
    this.onEnd(() => gone.abort());
    const { signal } = gone;
    const drained = once(this.#raw, 'drain', { signal }).catch(() => {});
    const late = this.#options.clock.sleep(PATIENCE_MS).then(() => 'late' as const);
    if ((await Promise.race([drained, late])) === 'late') this.#drop();
    gone.abort();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const stop of this.#stops) stop();
    this.#raw.end();
  }

  #drop(): void {
    const { caller, log } = this.#options;
    log.warn('slow reader of events dropped', { caller, waiting: this.#raw.writableLength });
    this.end();
    this.#raw.destroy();
  }
}
