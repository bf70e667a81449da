import { evaluatorIn } from '@flaghoist/core/evaluator';
import type { CacheContents, CachedFlag, Manifest } from '@flaghoist/core/ports/service-cache';
import type { CacheKeys } from '@flaghoist/core/storage/cache-keys';
import { decodeHeld } from '@flaghoist/core/storage/held-text';
import type { Redis } from 'ioredis';
import { refusalCodeOf } from './redis-refusal.ts';

/** What a look at the caches may take of a Redis at once. */
export interface LookLimits {
  /** Reads of bodies that are under way at the same time. */
  readonly commandsInFlight: number;
  /** Stored bytes that one of them asks for; a larger document comes alone. */
  readonly bytesPerCommand: number;
}

/** The caches of one look; `undefined` asks a cache for everything that it has. */
interface Look {
  readonly services: readonly string[];
  readonly flagKeys: readonly string[] | undefined;
  readonly keysOf: (service: string) => Promise<CacheKeys>;
}

type Seen = Extract<CacheContents, { reachable: true }>;
type Nullable = string | null;
type Bytes = Buffer | null;
type PartReplies = [Nullable[], Nullable[]?, Bytes[]?, Nullable[]?];

const UNREACHABLE: CacheContents = { reachable: false };
/** How often a part is read again that was written meanwhile. */
const ATTEMPTS = 5;
export const MANIFEST_FIELDS = ['generation', 'topologyVersion', 'count', 'evaluator'] as const;

/**
 * Looks at many caches. All that is asked for at once shares one connection and its time limit: more than fits through it in
 * that time, and healthy caches would be out of reach.
 *
 * No transactions: a server whose memory is used up refuses to queue their commands, and could not be looked at at all.
 * `held` is read before and after the field that it speaks of, so that both are of the same moment.
 */
export const lookAt = async (
  client: Redis,
  { commandsInFlight, bytesPerCommand }: LookLimits,
  { services, flagKeys, keysOf }: Look,
): Promise<ReadonlyMap<string, CacheContents>> => {
  const found = new Map<string, CacheContents>(services.map((service) => [service, UNREACHABLE]));
  const shared = createSharedTexts();

  const readPart = async (keys: CacheKeys, part: readonly string[]): Promise<Seen> => {
    for (let attempt = 1; ; attempt += 1) {
      const look = client.pipeline().hmget(keys.manifest, ...MANIFEST_FIELDS);
      if (part.length > 0) {
        look.hmget(keys.held, ...part).hmgetBuffer(keys.flags, ...part);
        look.hmget(keys.held, ...part);
      }
      const replies = await repliesOf(look.exec());
      const [fields, heldTexts = [], stored = [], after = heldTexts] = replies as PartReplies;
      const moved = part.some((_, place) => heldTexts[place] !== after[place]);
      if (moved && attempt < ATTEMPTS) continue;
      if (moved) throw new Error('the flags of this cache were written at each attempt to read them');
      const flags = part.map((key, place) => [key, flagOf(heldTexts[place], shared(key, stored[place]))] as const);
      return { reachable: true, manifest: manifestOf(fields), flags: new Map(flags) };
    }
  };

  const lookAtOne = async (service: string): Promise<CacheContents> => {
    const keys = await keysOf(service);
    const wanted = flagKeys ?? (await keysIn(client, keys));
    let manifest: Manifest | null | undefined;
    const flags = new Map<string, CachedFlag>();
    for (const part of await partsOf(client, { keys, wanted, bytesPerCommand })) {
      const seen = await readPart(keys, part);
      // Lost between two parts is lost.
      manifest = manifest === null ? null : seen.manifest;
      for (const [flagKey, flag] of seen.flags) flags.set(flagKey, flag);
    }
    return { reachable: true, manifest: manifest ?? null, flags };
  };

  const left = services.values();
  const lookAtNext = async (): Promise<void> => {
    for (const service of left) {
      // A cache that cannot be read says nothing; whatever of it was read before is of no use.
      found.set(service, await lookAtOne(service).catch(unreadable));
    }
  };
  await Promise.all(Array.from({ length: Math.min(commandsInFlight, services.length) }, lookAtNext));
  return found;
};

const unreadable = (error: unknown): CacheContents => {
  const refusal = refusalCodeOf(error);
  return refusal === undefined ? UNREACHABLE : { reachable: false, refusal };
};

/** Everything that a cache has, and what is left of a flag of which it has only one half. */
const keysIn = async (client: Redis, { held, flags }: CacheKeys): Promise<readonly string[]> => {
  const replies = await repliesOf(client.pipeline().hkeys(held).hkeys(flags).exec());
  return [...new Set((replies as string[][]).flat())];
};

interface Wanted {
  readonly keys: CacheKeys;
  readonly wanted: readonly string[];
  readonly bytesPerCommand: number;
}

/** The flags of one cache in parts of bounded size. One flag needs no measuring, and one part asks for the manifest at least. */
const partsOf = async (
  client: Redis,
  { keys, wanted, bytesPerCommand }: Wanted,
): Promise<readonly (readonly string[])[]> => {
  if (wanted.length <= 1) return [wanted];
  const measure = client.pipeline();
  for (const flagKey of wanted) measure.hstrlen(keys.flags, flagKey);
  const sizes = (await repliesOf(measure.exec())) as number[];
  const parts: string[][] = [];
  let room = 0;
  for (const [place, flagKey] of wanted.entries()) {
    const size = (sizes[place] ?? 0) + HELD_BYTES;
    const last = parts.at(-1);
    if (last === undefined || size > room) {
      parts.push([flagKey]);
      room = bytesPerCommand - size;
    } else {
      last.push(flagKey);
      room -= size;
    }
  }
  return parts;
};

/** What a held text and its frame take at most. */
const HELD_BYTES = 200;

/** All caches hold the same bytes nearly always: they are decoded and kept once, not once per cache. */
const createSharedTexts = () => {
  const known = new Map<string, { readonly bytes: Buffer; readonly text: string }>();
  return (flagKey: string, bytes: Bytes | undefined): Nullable => {
    if (bytes == null) return null;
    const same = known.get(flagKey);
    if (same?.bytes.equals(bytes)) return same.text;
    const text = bytes.toString('utf8');
    // A copy: what the client hands out is a part of a larger buffer.
    known.set(flagKey, { bytes: Buffer.from(bytes), text });
    return text;
  };
};

type Replies = readonly (readonly [Error | null, unknown])[] | null;

/** @throws when any of the commands failed */
const repliesOf = async (sent: Promise<Replies>): Promise<readonly unknown[]> => {
  const replies = (await sent) ?? [];
  for (const [error] of replies) if (error !== null) throw error;
  return replies.map(([, reply]) => reply);
};

const flagOf = (heldText: Nullable | undefined, stored: Nullable): CachedFlag => ({
  held: heldText == null ? null : decodeHeld(heldText),
  stored,
});

export const manifestOf = (fields: readonly Nullable[]): Manifest | null => {
  const [generation = Number.NaN, topologyVersion = Number.NaN, count = Number.NaN] = fields
    .slice(0, 3)
    .map((field) => (field === null ? Number.NaN : Number(field)));
  const manifest = { generation, topologyVersion, count };
  if (!Object.values(manifest).every(Number.isInteger)) return null;
  const evaluator = evaluatorIn(fields[3] ?? '');
  return { ...manifest, ...(evaluator === undefined ? {} : { evaluator }) };
};
