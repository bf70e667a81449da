import { applyOutcomes } from '@flaghoist/core/compare-and-set';
import { CacheRefusedError, UnavailableError } from '@flaghoist/core/errors';
import { evaluatorText } from '@flaghoist/core/evaluator';
import type { InstanceRows } from '@flaghoist/core/instance-claim';
import type {
  CacheContents,
  CacheResult,
  CacheWrite,
  Manifest,
  ServiceCache,
} from '@flaghoist/core/ports/service-cache';
import { type CacheKeys, cacheKeysOf, redisOf } from '@flaghoist/core/storage/cache-keys';
import { decodeHeld, encodeHeld } from '@flaghoist/core/storage/held-text';
import { plannedLimits } from '@flaghoist/wiring/limits';
import type { Redis, Result } from 'ioredis';
import { cacheScripts, manifestScript } from './cache-script.ts';
import { type LookLimits, lookAt } from './redis-looks.ts';
import { answerOf } from './redis-refusal.ts';

type KeysAndArguments = [
  flags: string,
  held: string,
  manifest: string,
  sequence: string,
  flagKey: string,
  heldText: string,
  body: string,
  repair: string,
  channel: string,
];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    flaghoistApply(...keysAndArguments: KeysAndArguments): Result<unknown, Context>;
    flaghoistApplyThoughFull(...keysAndArguments: KeysAndArguments): Result<unknown, Context>;
    flaghoistManifest(
      manifest: string,
      sequence: string,
      channel: string,
      ...fieldsAndValues: (string | number)[]
    ): Result<unknown, Context>;
  }
}

interface Options {
  readonly client: Redis;
  readonly cellOf: (service: string) => string | Promise<string>;
  /** Shards that the slots are spread over. */
  readonly shards: number;
  /** The plan's unless told otherwise. */
  readonly limits?: LookLimits;
}

/** The caches of one region's services, all behind one replication group. */
export class RedisServiceCache implements ServiceCache {
  readonly #client: Redis;
  readonly #cellOf: Options['cellOf'];
  readonly #shards: number;
  readonly #limits: LookLimits;

  constructor({ client, cellOf, shards, limits = plannedLimits.look }: Options) {
    this.#client = client;
    this.#cellOf = cellOf;
    this.#shards = shards;
    this.#limits = limits;
    // EVALSHA, and EVAL where the server does not know the script (yet).
    client.defineCommand('flaghoistApply', { numberOfKeys: 4, lua: cacheScripts.ordinary });
    client.defineCommand('flaghoistApplyThoughFull', { numberOfKeys: 4, lua: cacheScripts.passesFull });
    client.defineCommand('flaghoistManifest', { numberOfKeys: 2, lua: manifestScript });
  }

  redisOf(service: string): string {
    return redisOf(service, this.#shards);
  }

  async apply(service: string, { flagKey, incoming, body, repair, passesFull }: CacheWrite): Promise<CacheResult> {
    const { flags, held, manifest, sequence, changes } = await this.#keysOf(service);
    const text = encodeHeld(incoming);
    const mode = repair ? 'repair' : '';
    const keys = [flags, held, manifest, sequence] as const;
    const given: KeysAndArguments = [...keys, flagKey, text, body ?? '', mode, changes];
    const call = passesFull ? this.#client.flaghoistApplyThoughFull(...given) : this.#client.flaghoistApply(...given);
    return resultOf(await this.#reach(service, call));
  }

  async inspect(services: readonly string[], flagKeys: readonly string[]): Promise<ReadonlyMap<string, CacheContents>> {
    return this.#look(services, flagKeys);
  }

  async contents(service: string): Promise<CacheContents> {
    return (await this.#look([service], undefined)).get(service) ?? { reachable: false };
  }

  async writeManifest(service: string, { generation, topologyVersion, count, evaluator }: Manifest): Promise<void> {
    const { manifest, sequence, changes } = await this.#keysOf(service);
    const named = evaluator === undefined ? {} : { evaluator: evaluatorText(evaluator) };
    const fields = Object.entries({ generation, topologyVersion, count, ...named }).flat();
    await this.#reach(service, this.#client.flaghoistManifest(manifest, sequence, changes, ...fields));
  }

  async instances(services: readonly string[]): Promise<ReadonlyMap<string, InstanceRows>> {
    const found = new Map<string, InstanceRows>();
    const readOne = async (service: string): Promise<void> => {
      const { sequence, instances } = await this.#keysOf(service);
      const replies = (await this.#client.pipeline().get(sequence).hgetall(instances).exec()) ?? [];
      const [[noCount, count] = [], [noRows, rows] = []] = replies;
      if (noCount || noRows) return;
      const named = new Map(Object.entries(rows as Record<string, string>));
      found.set(service, { sequence: Number(count ?? 0), rows: named });
    };
    // As many at a time as a look: they share its connection.
    const left = services.values();
    const readNext = async (): Promise<void> => {
      for (const service of left) await readOne(service).catch(() => undefined);
    };
    const atOnce = Math.min(this.#limits.commandsInFlight, services.length);
    await Promise.all(Array.from({ length: atOnce }, readNext));
    return found;
  }

  async forgetInstances(service: string, names: readonly string[]): Promise<void> {
    const { instances } = await this.#keysOf(service);
    if (names.length > 0) await this.#reach(service, this.#client.hdel(instances, ...names));
  }

  #look(services: readonly string[], flagKeys: readonly string[] | undefined) {
    return lookAt(this.#client, this.#limits, { services, flagKeys, keysOf: (service) => this.#keysOf(service) });
  }

  async #keysOf(service: string): Promise<CacheKeys> {
    return cacheKeysOf(await this.#cellOf(service), service);
  }

  async #reach<T>(service: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      const answer = answerOf(error);
      if (answer !== undefined) throw new CacheRefusedError(`cache of ${service}`, answer, error);
      throw new UnavailableError(`cache of ${service}`, 'Its messages come again by themselves.', error);
    }
  }
}

const resultOf = (reply: unknown): CacheResult => {
  const [outcome, text] = Array.isArray(reply) ? reply : [];
  const known = applyOutcomes.find((name) => name === outcome);
  const held = typeof text === 'string' ? decodeHeld(text) : null;
  if (known === undefined || known === 'departed' || held === null) {
    throw new TypeError(`the cache script answered ${JSON.stringify(reply)}`);
  }
  return { outcome: known, held };
};
