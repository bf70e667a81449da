import { CacheRefusedError, UnavailableError } from '@flaghoist/core/errors';
import type { CachedFlag } from '@flaghoist/core/ports/service-cache';
import type { CacheFollower, CacheNews, CacheOverview, ServiceFeed } from '@flaghoist/core/ports/service-feed';
import { type CacheKeys, cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { decodeHeld } from '@flaghoist/core/storage/held-text';
import { plannedLimits } from '@flaghoist/wiring/limits';
import type { Redis } from 'ioredis';
import { lookAt, MANIFEST_FIELDS, manifestOf } from './redis-looks.ts';
import { answerOf } from './redis-refusal.ts';

interface Options {
  /** For what is asked and written. */
  readonly client: Redis;
  /** A connection that subscribes can do nothing else. */
  readonly subscriber: Redis;
  readonly cell: string;
  readonly service: string;
}

const NEWS = /^(\d+)(?: (\S+) .+)?$/;

const newsOf = (message: string): CacheNews => {
  const [, sequence, flagKey] = NEWS.exec(message) ?? [];
  // What nobody writes tells that something happened; the sequence shows what.
  return { sequence: Number(sequence ?? Number.NaN), ...(flagKey === undefined ? {} : { flagKey }) };
};

/** One service's cache behind a replication group, read from its primary. */
export class RedisServiceFeed implements ServiceFeed {
  readonly #client: Redis;
  readonly #subscriber: Redis;
  readonly #service: string;
  readonly #keys: CacheKeys;

  constructor({ client, subscriber, cell, service }: Options) {
    this.#client = client;
    this.#subscriber = subscriber;
    this.#service = service;
    this.#keys = cacheKeysOf(cell, service);
  }

  async follow(follower: CacheFollower): Promise<{ stop(): void }> {
    const subscriber = this.#subscriber;
    const listeners = {
      message: (_channel: string, message: string) => follower.heard(newsOf(message)),
      close: () => follower.lost(new UnavailableError(this.#what, 'The connection comes back by itself.')),
      // The client subscribes anew before it says that it is ready, and the server answers in turn.
      ready: () => follower.follows(),
    };
    for (const [event, listener] of Object.entries(listeners)) subscriber.on(event, listener);
    const stop = (): void => {
      for (const [event, listener] of Object.entries(listeners)) subscriber.off(event, listener);
    };
    try {
      await this.#reach(subscriber.subscribe(this.#keys.changes));
    } catch (error) {
      stop();
      throw error;
    }
    return { stop };
  }

  async sequence(): Promise<number> {
    return Number((await this.#reach(this.#client.get(this.#keys.sequence))) ?? 0);
  }

  async overview(): Promise<CacheOverview> {
    const { sequence, manifest, held } = this.#keys;
    // The sequence first: what is written meanwhile has a higher one.
    const look = this.#client
      .pipeline()
      .get(sequence)
      .hmget(manifest, ...MANIFEST_FIELDS)
      .hgetall(held);
    const replies = (await this.#reach(look.exec())) ?? [];
    for (const [error] of replies) if (error !== null) throw this.#failure(error);
    const [counted, fields, texts] = replies.map(([, reply]) => reply) as [
      string | null,
      (string | null)[],
      Record<string, string>,
    ];
    return {
      sequence: Number(counted ?? 0),
      manifest: manifestOf(fields),
      held: new Map(Object.entries(texts).map(([flagKey, text]) => [flagKey, decodeHeld(text)])),
    };
  }

  async flags(flagKeys: readonly string[]): Promise<ReadonlyMap<string, CachedFlag>> {
    const services = [this.#service];
    const look = { services, flagKeys, keysOf: async () => this.#keys };
    const found = (await lookAt(this.#client, plannedLimits.look, look)).get(this.#service);
    if (found?.reachable) return found.flags;
    throw found?.refusal === undefined
      ? new UnavailableError(this.#what, 'It is asked again a second later.')
      : new CacheRefusedError(this.#what, found.refusal);
  }

  async claim(instance: string, claim: string): Promise<void> {
    await this.#reach(this.#client.hset(this.#keys.instances, instance, claim));
  }

  get #what(): string {
    return `cache of ${this.#service}`;
  }

  async #reach<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): Error {
    const answer = answerOf(error);
    return answer === undefined
      ? new UnavailableError(this.#what, 'It is asked again a second later.', error)
      : new CacheRefusedError(this.#what, answer, error);
  }
}
