import { applyOutcomes } from '@flaghoist/core/compare-and-set';
import { UnavailableError } from '@flaghoist/core/errors';
import type {
  CacheContents,
  CachedFlag,
  CacheResult,
  CacheWrite,
  Manifest,
  ServiceCache,
} from '@flaghoist/core/ports/service-cache';
import { type CacheKeys, cacheKeysOf } from '@flaghoist/core/storage/cache-keys';
import { decodeHeld, encodeHeld } from '@flaghoist/core/storage/held-text';
import type { Redis, Result } from 'ioredis';
import { cacheScript } from './cache-script.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    flaghoistApply(
      ...keysAndArguments: [
        flags: string,
        held: string,
        manifest: string,
        flagKey: string,
        heldText: string,
        body: string,
        repair: string,
        channel: string,
      ]
    ): Result<unknown, Context>;
  }
}

interface Options {
  readonly client: Redis;
  readonly cellOf: (service: string) => string | Promise<string>;
}

/** The caches of one region's services, all behind one replication group. */
export class RedisServiceCache implements ServiceCache {
  readonly #client: Redis;
  readonly #cellOf: Options['cellOf'];

  constructor({ client, cellOf }: Options) {
    this.#client = client;
    this.#cellOf = cellOf;
    // EVALSHA, and EVAL where the server does not know the script (yet).
    client.defineCommand('flaghoistApply', { numberOfKeys: 3, lua: cacheScript });
  }

  async apply(service: string, { flagKey, incoming, body, repair }: CacheWrite): Promise<CacheResult> {
    const { flags, held, manifest, changes } = await this.#keysOf(service);
    const text = encodeHeld(incoming);
    const mode = repair ? 'repair' : '';
    const call = this.#client.flaghoistApply(flags, held, manifest, flagKey, text, body ?? '', mode, changes);
    return resultOf(await this.#reach(service, call));
  }

  async inspect(services: readonly string[], flagKeys: readonly string[]): Promise<ReadonlyMap<string, CacheContents>> {
    const looks = services.map(async (service) => [service, await this.#inspectOne(service, flagKeys)] as const);
    return new Map(await Promise.all(looks));
  }

  async contents(service: string): Promise<CacheContents> {
    const { flags, held, manifest } = await this.#keysOf(service);
    const replies = await settled(
      this.#client
        .multi()
        .hmget(manifest, ...MANIFEST)
        .hgetall(held)
        .hgetall(flags)
        .exec(),
    );
    if (replies === undefined) return { reachable: false };
    const [fields, heldTexts, stored] = replies as [Nullable[], Fields, Fields];
    const keys = new Set([...Object.keys(heldTexts), ...Object.keys(stored)]);
    const found = [...keys].map((key) => [key, flagOf(heldTexts[key], stored[key])] as const);
    return { reachable: true, manifest: manifestOf(fields), flags: new Map(found) };
  }

  async writeManifest(service: string, { generation, topologyVersion, count }: Manifest): Promise<void> {
    const { manifest } = await this.#keysOf(service);
    await this.#reach(service, this.#client.hset(manifest, { generation, topologyVersion, count }));
  }

  /** One transaction per service: `held` and the field it speaks of are of the same moment. */
  async #inspectOne(service: string, flagKeys: readonly string[]): Promise<CacheContents> {
    const { flags, held, manifest } = await this.#keysOf(service);
    const look = this.#client.multi().hmget(manifest, ...MANIFEST);
    if (flagKeys.length > 0) look.hmget(held, ...flagKeys).hmget(flags, ...flagKeys);
    const replies = await settled(look.exec());
    if (replies === undefined) return { reachable: false };
    const [fields, heldTexts = [], stored = []] = replies as [Nullable[], Nullable[]?, Nullable[]?];
    const found = flagKeys.map((key, place) => [key, flagOf(heldTexts[place], stored[place])] as const);
    return { reachable: true, manifest: manifestOf(fields), flags: new Map(found) };
  }

  async #keysOf(service: string): Promise<CacheKeys> {
    return cacheKeysOf(await this.#cellOf(service), service);
  }

  async #reach<T>(service: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UnavailableError(
        `cache of ${service}`,
        `It answered "${reason}". What is refused for good, by an ACL or a wrong type, needs the operator.`,
        error,
      );
    }
  }
}

type Nullable = string | null;
type Fields = Record<string, string>;

const MANIFEST = ['generation', 'topologyVersion', 'count'] as const;

type Replies = readonly (readonly [Error | null, unknown])[] | null;

/** The replies of a transaction; `undefined` when any part of it failed: a cache that cannot be read says nothing. */
const settled = async (transaction: Promise<Replies>): Promise<unknown[] | undefined> => {
  try {
    const replies = await transaction;
    return replies?.some(([error]) => error !== null) ? undefined : replies?.map(([, reply]) => reply);
  } catch {
    return undefined;
  }
};

const flagOf = (heldText: Nullable | undefined, stored: Nullable | undefined): CachedFlag => ({
  held: heldText == null ? null : decodeHeld(heldText),
  stored: stored ?? null,
});

const manifestOf = (fields: readonly Nullable[]): Manifest | null => {
  const [generation = Number.NaN, topologyVersion = Number.NaN, count = Number.NaN] = fields.map((field) =>
    field === null ? Number.NaN : Number(field),
  );
  const manifest = { generation, topologyVersion, count };
  return Object.values(manifest).every(Number.isInteger) ? manifest : null;
};

const resultOf = (reply: unknown): CacheResult => {
  const [outcome, text] = Array.isArray(reply) ? reply : [];
  const known = applyOutcomes.find((name) => name === outcome);
  const held = typeof text === 'string' ? decodeHeld(text) : null;
  if (known === undefined || known === 'departed' || held === null) {
    throw new TypeError(`the cache script answered ${JSON.stringify(reply)}`);
  }
  return { outcome: known, held };
};
