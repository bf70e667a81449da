import type { Logger } from '@flaghoist/core/ports/logger';
import type { Evaluation } from '@flaghoist/core/topology';
import type { Agent } from '../agent.ts';
import { fetchResponse, syncResponse } from './protocol.ts';
import { setText } from './set-text.ts';

/** Clients take messages of 4 MB. From the first size on somebody must act; what is larger than the second is not sent. */
const ALARM_BYTES = 3_000_000;
const MAX_BYTES = 4_000_000;

/** A client's stream: `write` resolves when it may be given more. */
export interface Stream {
  write(message: Buffer): Promise<void>;
}

interface Ports {
  readonly agent: Agent;
  readonly log: Logger;
  /** How the clients draw callers; `remote`: there are none. */
  readonly evaluation: Evaluation;
}

/** Clients that evaluate by themselves. Each has the newest set in the end; one that is slow is spared those between. */
export class SyncStreams {
  readonly #ports: Ports;
  /** What each was sent last; `null`: nothing yet. */
  readonly #sent = new Map<Stream, Buffer | null>();
  readonly #sending = new Set<Stream>();
  #set: { readonly text: string; readonly message: Buffer } | null = null;
  #bytes = 0;
  #withheld: readonly string[] = [];
  #builtOf: string | null = null;
  #alarmed = false;

  constructor(ports: Ports) {
    this.#ports = ports;
    ports.agent.flags.listen(() => this.#tellAll());
    ports.agent.freshness.onLoaded(() => this.#tellAll());
  }

  get size(): number {
    return this.#sent.size;
  }

  /** Of the newest set, also where it is too large to be sent; 0 while there is none. */
  get setBytes(): number {
    this.#build();
    return this.#bytes;
  }

  get withheld(): readonly string[] {
    this.#build();
    return this.#withheld;
  }

  add(stream: Stream): void {
    this.#sent.set(stream, null);
    this.#tell(stream);
  }

  remove(stream: Stream): void {
    this.#sent.delete(stream);
  }

  /** The set in one answer; `null` while there is none. */
  fetch(): Buffer | null {
    this.#build();
    return this.#set === null ? null : fetchResponse(this.#set.text);
  }

  #tellAll(): void {
    for (const stream of this.#sent.keys()) this.#tell(stream);
  }

  #tell(stream: Stream): void {
    this.#build();
    const message = this.#set?.message;
    if (message === undefined || this.#sending.has(stream) || this.#sent.get(stream) === message) return;
    this.#sent.set(stream, message);
    this.#sending.add(stream);
    const done = (): void => {
      this.#sending.delete(stream);
      if (this.#sent.has(stream)) this.#tell(stream);
    };
    stream.write(message).then(done, () => {
      this.#sending.delete(stream);
      this.#sent.delete(stream);
    });
  }

  /** Nothing before there is something: an empty set would make every flag unknown. */
  #build(): void {
    const { agent, log, evaluation } = this.#ports;
    const { flags, freshness, service } = agent;
    if (!freshness.loaded || this.#builtOf === flags.tag) return;
    this.#builtOf = flags.tag;
    const { text, withheld } = setText(flags, evaluation === flags.evaluator.bucketing);
    const message = syncResponse(text, service);
    this.#withheld = withheld;
    this.#bytes = message.length;
    if (message.length > ALARM_BYTES && !this.#alarmed) {
      log.error('set of flags is nearly too large for clients', { bytes: message.length, alarmAt: ALARM_BYTES });
    }
    this.#alarmed = message.length > ALARM_BYTES;
    if (message.length > MAX_BYTES) {
      log.error('set of flags is too large for clients, which keep the one before', { bytes: message.length });
      return;
    }
    this.#set = { text, message };
  }
}
