import { type ClientRequest, type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { UnavailableError } from '@flaghoist/core/errors';
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

  constructor(endpoint: Endpoint, signal: AbortSignal) {
    this.#endpoint = endpoint;
    this.#signal = signal;
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
   * Opens the stream of what happens; it is open when this resolves.
   *
   * @param lastId of the last event that was seen: what came since comes first
   */
  async stream(query: NonNullable<Asked['query']>, lastId?: string): Promise<EventStream> {
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
    const request = this.#request('GET', '/v1/events', { query }, { accept: 'text/event-stream', ...headers });
    const answer = await this.#answered(request, undefined);
    return { events: serverEvents(answer), close: () => request.destroy() };
  }

  async #ask<T>(method: string, path: string, asked: Asked): Promise<T> {
    const text = asked.body === undefined ? undefined : JSON.stringify(asked.body);
    const headers = text === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await this.#answered(this.#request(method, path, asked, headers), text);
    const body = await textOf(answer);
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
      request.on('response', resolve).on('error', (error) => {
        reject(
          this.#signal.aborted
            ? error
            : new UnavailableError(
                `the server at ${this.url}`,
                'Start one with hoist up, or name another with --server or HOIST_SERVER.',
                error,
              ),
        );
      });
      request.end(text);
    });
    const { statusCode = 500 } = answer;
    if (statusCode < 300) return answer;
    throw new AnsweredError(statusCode, problemIn(await textOf(answer), this.url));
  }
}

const textOf = async (answer: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
};

/** What is no problem of ours comes from something else that listens there. */
const problemIn = (text: string, url: string): Readonly<Record<'code' | 'detail' | 'hint', string>> => {
  const strange = {
    code: 'FH_UNAVAILABLE',
    detail: `what listens at ${url} is no Flaghoist`,
    hint: 'Name the server with --server or HOIST_SERVER.',
  };
  try {
    const { code, detail, hint } = JSON.parse(text);
    return typeof code === 'string' ? { code, detail: String(detail), hint: String(hint) } : strange;
  } catch {
    return strange;
  }
};
