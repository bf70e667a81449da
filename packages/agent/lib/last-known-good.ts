import { createHash, hash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { evaluatorOf, namedEvaluatorSchema } from '@flaghoist/core/evaluator';
import { parseJson } from '@flaghoist/core/parse';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { CachedFlag } from '@flaghoist/core/ports/service-cache';
import { decodeHeld, encodeHeld } from '@flaghoist/core/storage/held-text';
import * as z from 'zod/mini';
import type { FlagSet } from './flag-set.ts';
import type { Freshness } from './freshness.ts';
import { goOver } from './go-over.ts';

/** Without a change the file is written again after so long, since it says how old it is. */
const REFRESH_MS = 60_000;

/** After a failure: a disk that is full stays so for a while. */
const RETRY_MS = 10_000;

/** Made and written at once. */
const FLAGS_OF_A_PART = 20;

/** Clocks are put right by so much without anybody noticing. */
const AHEAD_MS = 5_000;

const FORMAT = 1;
const contentSchema = z.object({
  format: z.literal(FORMAT),
  service: z.string(),
  /** Of which cache it is; a file that does not say so may be another environment's. */
  of: z.optional(z.object({ region: z.string(), cell: z.string(), cache: z.string() })),
  /** Epoch milliseconds at which the cache held nothing newer. */
  seenAt: z.number(),
  /** By what they were evaluated. */
  evaluator: z.optional(namedEvaluatorSchema),
  flags: z.array(z.tuple([z.string(), z.string(), z.nullable(z.string())])),
});

/** Where what was served last is kept, and of which cache it is. Services of other environments have the same names. */
export interface KeptFile {
  readonly path: string;
  readonly cell: string;
  /** The cache's own name, such as the id of its replication group. */
  readonly cache: string;
}

interface Ports extends KeptFile {
  readonly region: string;
  readonly service: string;
  readonly flags: FlagSet;
  readonly freshness: Freshness;
  readonly clock: Pick<Clock, 'now'>;
  readonly steady: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/**
 * What was served last, in one file: its first line is the SHA-256 of the rest. It is replaced in one step, so a reader finds
 * the file before or the file after, and never a part of one. It saves a start while the cache is away; it decides nothing.
 */
export class LastKnownGood {
  readonly #ports: Ports;
  #changed = false;
  #written = Number.NEGATIVE_INFINITY;
  #isFailing = false;
  #saving: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | null = null;

  constructor(ports: Ports) {
    this.#ports = ports;
    ports.flags.listen(() => {
      this.#changed = true;
    });
  }

  /** Puts what the file has into the set. A file that is missing, torn or of another service or cache is as good as none. */
  async load(): Promise<void> {
    const { path, flags, freshness, clock, steady, log } = this.#ports;
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      log.info('no last known good flags', { path, error });
      return;
    }
    // Of a disk that was slow: the cache has been read meanwhile.
    if (freshness.loaded) return;
    try {
      const content = contentOf(text);
      const [mine, its] = [ownerOf(this.#ports), content.of && ownerOf({ ...content.of, service: content.service })];
      if (its !== mine) throw new TypeError(`it is of ${its ?? 'a cache that it does not name'}, and not of ${mine}`);
      const found = content.flags.map(([flagKey, held, stored]): [string, CachedFlag] => [
        flagKey,
        { held: decodeHeld(held), stored },
      ]);
      goOver(evaluatorOf(content), { flags, log });
      // By the same gate as what a cache says: each digest is recomputed.
      flags.take(new Map(found), steady.now());
      if (flags.isUnreadable) throw new TypeError('none of its flags can be served');
      freshness.seen(steady.now() - ageOf(content.seenAt, clock.now()));
      this.#changed = false;
      log.info('last known good flags are served until the cache answers', { path, flags: found.length });
    } catch (error) {
      log.warn('last known good flags cannot be used', { path, error });
    }
  }

  /** Writes what has changed since. Never throws: without the file everything works but a start without the cache. */
  save(): Promise<void> {
    // One after the other: whoever stops waits for the one that is under way as well. No more than one waits for a disk that hangs.
    this.#waiting ??= this.#saving.then(() => {
      this.#waiting = null;
      return this.#saveNow();
    });
    this.#saving = this.#waiting;
    return this.#waiting;
  }

  async #saveNow(): Promise<void> {
    const { path, service, region, cell, cache, flags, freshness, clock, steady, log } = this.#ports;
    const pauseMs = this.#isFailing ? RETRY_MS : this.#changed ? 0 : REFRESH_MS;
    if (!freshness.loaded || steady.now() - this.#written < pauseMs) return;
    this.#changed = false;
    this.#written = steady.now();
    const { version, bucketing } = flags.evaluator;
    const seenAt = clock.now() - freshness.ageMs;
    const head = { format: FORMAT, service, of: { region, cell, cache }, seenAt, evaluator: { version, bucketing } };
    try {
      await replace(path, contentParts(head, flags.held));
      if (this.#isFailing) log.info('last known good flags are written again', { path });
      this.#isFailing = false;
    } catch (error) {
      this.#changed = true;
      if (!this.#isFailing) log.warn('last known good flags were not written', { path, error });
      this.#isFailing = true;
    }
  }
}

const ownerOf = ({ service, region, cell, cache }: Pick<Ports, 'service' | 'region' | 'cell' | 'cache'>): string =>
  JSON.stringify({ service, region, cell, cache });

/** How long ago this was. The clock was set back since, when it is still to come: then nobody knows, and it is as old as can be. */
const ageOf = (at: number, now: number): number => (at > now + AHEAD_MS ? now : Math.max(0, now - at));

const contentOf = (text: string): z.output<typeof contentSchema> => {
  const [sum, content = ''] = text.split('\n');
  if (hash('sha256', content) !== sum) throw new TypeError('its checksum is another');
  return parseJson(contentSchema, content, { what: 'last known good flags', hint: 'The cache is read instead.' });
};

/**
 * The content in pieces: whoever asks for a flag meanwhile does not wait until all of it is made. A flag that changes between two
 * pieces is in it as it was or as it is.
 */
export function* contentParts(head: object, held: FlagSet['held']): Generator<string> {
  let part = `${JSON.stringify(head).slice(0, -1)},"flags":[`;
  let place = 0;
  for (const [flagKey, { held: order, served }] of held) {
    if (place > 0 && place % FLAGS_OF_A_PART === 0) {
      yield part;
      part = '';
    }
    part += `${place === 0 ? '' : ','}${JSON.stringify([flagKey, encodeHeld(order), served?.body ?? null])}`;
    place += 1;
  }
  yield `${part}]}`;
}

const replace = async (path: string, parts: Iterable<string>): Promise<void> => {
  const beside = `${path}.new`;
  // What a process left that was killed, or somebody put there: a link would lead the flags into another file.
  await rm(beside, { force: true });
  const file = await open(beside, 'wx', 0o600);
  const sum = createHash('sha256');
  function* lines(): Generator<string> {
    // In the place of the checksum, until it is known.
    yield `${hash('sha256', '')}\n`;
    for (const part of parts) {
      sum.update(part);
      yield part;
    }
    yield '\n';
  }
  try {
    await file.writeFile(lines());
    await file.write(sum.digest('hex'), 0);
    // Else the name may be on the disk before the bytes are.
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
};
