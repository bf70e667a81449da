import { type ClientRequest, type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { UnavailableError } from '@flaghoist/core/errors';
import type { Clock } from '@flaghoist/core/ports/clock';
import { sleep } from '../time-of.ts';
import type { Endpoint } from './endpoint.ts';
import { AnsweredError } from './errors.ts';
import { type ServerEvent, serverEvents } from './server-events.ts';

interface Asked {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
}

/** A stream of events. */
export interface EventStream {
  readonly events: AsyncIterable<ServerEvent>;
  close(): void;
}

/** The API, as commands talk to it. */
export class Client {
  readonly #endpoint: Endpoint;
  readonly #signal: AbortSignal;
  readonly #clock: Pick<Clock, 'sleep'>;
  #reached = false;

  constructor(endpoint: Endpoint, signal: AbortSignal, clock: Pick<Clock, 'sleep'> = { sleep }) {
    this.#endpoint = endpoint;
    this.#signal = signal;
    this.#clock = clock;
  }

  /** Whether there was a server to connect to. */
  get reached(): boolean {
    return this.#reached;
  }

  /** Waits so many milliseconds. @throws after Ctrl-C, at once */
  async pause(ms: number): Promise<void> {
    const signal = this.#signal;
    signal.throwIfAborted();
    let stop = (): void => {};
    const interrupted = new Promise<void>((resolve) => {
      stop = resolve;
      signal.addEventListener('abort', stop, { once: true });
    });
    await Promise.race([this.#clock.sleep(ms), interrupted]);
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
  }

  /** The address, for people. */
  get url(): string {
    return this.#endpoint.url.origin;
  }

  get user(): string {
    return this.#endpoint.user;
  }

  get<T>(path: string, query: Asked['query'] = {}): Promise<T> {
    return this.#ask<T>('GET', path, { query });
  }

  post<T>(path: string, body: unknown, query: Asked['query'] = {}): Promise<T> {
    return this.#ask<T>('POST', path, { body, query });
  }

  delete<T>(path: string): Promise<T> {
    return this.#ask<T>('DELETE', path, {});
  }

  /**
   * Opens the stream of what happens; it is open when this resolves. It ends when the server ends it, and when the connection breaks.
   *
   * @param lastId of the last event that was seen: what came since comes first
   */
  async stream(query: NonNullable<Asked['query']>, lastId?: string): Promise<EventStream> {
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
    const request = this.#request('GET', '/v1/events', { query }, { accept: 'text/event-stream', ...headers });
    const answer = await this.#answered(request, undefined);
    return { events: serverEvents(answer, this.#signal), close: () => request.destroy() };
  }

  async #ask<T>(method: string, path: string, asked: Asked): Promise<T> {
    const text = asked.body === undefined ? undefined : JSON.stringify(asked.body);
    const headers = text === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await this.#answered(this.#request(method, path, asked, headers), text);
    const body = await this.#textOf(answer);
    return (body === '' ? undefined : JSON.parse(body)) as T;
  }

  #request(
    method: string,
    path: string,
    { query = {} }: Asked,
    headers: Readonly<Record<string, string>>,
  ): ClientRequest {
    const { url: base, token, user } = this.#endpoint;
    const url = new URL(path, base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const identity = token === undefined ? { 'x-hoist-user': user } : { authorization: `Bearer ${token}` };
    const request = url.protocol === 'https:' ? secure : plain;
    return request(url, { method, headers: { ...headers, ...identity }, signal: this.#signal });
  }

  /** @throws UnavailableError when nobody answers; AnsweredError for a problem */
  async #answered(request: ClientRequest, text: string | undefined): Promise<IncomingMessage> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request
        .on('socket', (socket) => {
          if (!socket.connecting) this.#reached = true;
          else
            socket.once('connect', () => {
              this.#reached = true;
            });
        })
        .on('response', resolve)
        .on('error', (error) => {
          reject(this.#broken(error));
        });
      request.end(text);
    });
    const { statusCode = 500 } = answer;
    if (statusCode < 300) return answer;
    const problem = problemIn(await this.#textOf(answer));
    if (problem !== undefined) throw new AnsweredError(statusCode, problem);
    // As a server that is about to end answers, and a load balancer without one behind it.
    if (statusCode === 503) throw this.#broken(undefined);
    throw new AnsweredError(statusCode, {
      code: 'FH_UNAVAILABLE',
      detail: `what listens at ${this.url} is no Flaghoist`,
      hint: 'Name the server with --server or HOIST_SERVER.',
    });
  }

  /** @throws UnavailableError when the connection breaks before its end */
  async #textOf(answer: IncomingMessage): Promise<string> {
    let text = '';
    try {
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
    } catch (error) {
      throw this.#broken(error);
    }
    return text;
  }

  /** What a command ends with; after Ctrl-C the connection was broken from here. */
  #broken(error: unknown): unknown {
    if (this.#signal.aborted) return this.#signal.reason;
    const hint = 'Start one with hoist up, or name another with --server or HOIST_SERVER.';
    return new UnavailableError(`the server at ${this.url}`, hint, error);
  }
}

/** Nothing for what is no problem of ours. */
const problemIn = (text: string): Readonly<Record<'code' | 'detail' | 'hint', string>> | undefined => {
  try {
    const { code, detail, hint } = JSON.parse(text);
    return typeof code === 'string' && typeof hint === 'string' ? { code, detail: String(detail), hint } : undefined;
  } catch {
    return undefined;
  }
};
