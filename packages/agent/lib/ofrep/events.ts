import type { ServerResponse } from 'node:http';
import type { FlagSet } from '../flag-set.ts';

/** One that does not read is let go: it asks for everything when it comes back. */
const MAX_WAITING_BYTES = 64 * 1024;

/** Browsers that wait for changes. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();

  constructor(flags: FlagSet) {
    flags.listen(() => {
      // The tag covers all flags; where nobody waits it is not made.
      if (this.#open.size > 0)
        this.#send(`data: ${JSON.stringify({ type: 'refetchEvaluation', etag: flags.tag })}\n\n`);
    });
  }

  get size(): number {
    return this.#open.size;
  }

  add(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    response.write(':\n\n');
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

  /** So that nothing between takes a quiet stream for a dead one. */
  keepAlive(): void {
    this.#send(':\n\n');
  }

  close(): void {
    for (const response of this.#open) response.end();
  }

  #send(text: string): void {
    for (const response of this.#open) {
      response.write(text);
      if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
    }
  }
}
