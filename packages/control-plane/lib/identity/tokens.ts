import { hash, timingSafeEqual } from 'node:crypto';
import { NotFoundError, TokenNeededError } from '../errors.ts';
import type { Scope } from './caller.ts';

/** A token as it is kept: of the token itself there is only a digest, so nobody who reads it can use it. */
export interface TokenRecord {
  readonly id: string;
  readonly digest: string;
  readonly actor: string;
  readonly scopes: readonly Scope[];
  /** What the keys begin with of the flags that it may change; empty: all. */
  readonly keyPrefix: string;
  /** Who made it. */
  readonly madeBy: string;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
  /** It is worthless, and is kept only until the audit trail was told. */
  readonly revoked?: { readonly by: string; readonly at: number } | undefined;
}

/** What the audit trail was not told of yet. */
export interface Revocation {
  readonly id: string;
  readonly holder: string;
  readonly by: string;
  readonly at: number;
}

export type NewToken = Pick<TokenRecord, 'actor' | 'scopes' | 'keyPrefix' | 'expiresAt' | 'madeBy'>;

/** Where the tokens of a server are kept when it ends. */
export interface TokenStore {
  all(): readonly TokenRecord[];
  put(record: TokenRecord): void;
  delete(id: string): void;
}

interface Options {
  /** Left out: they are forgotten when the server ends. */
  readonly store?: TokenStore | undefined;
  /** What nobody can guess: so many bytes as text. */
  readonly secret: (bytes: number) => string;
  readonly now: () => number;
}

/** Until when a use is kept beside the one before: each would cost a write to the disk. */
const USE_KEPT_MS = 60_000;

const ID_BYTES = 6;
const SECRET_BYTES = 24;
const form = /^hoist_(?<id>[\w-]{8})_(?<secret>[\w-]{32})$/;

/** The digest of no secret. */
const NO_DIGEST = '0'.repeat(64);

const digestOf = (secret: string): string => hash('sha256', secret);

const refused = (why: string): TokenNeededError =>
  new TokenNeededError(`the token is not taken: ${why}`, {
    hint: 'Whoever started the server makes another one by hoist token issue.',
    retryable: false,
  });

/** The tokens of a server. */
export class Tokens {
  readonly #options: Options;
  readonly #records = new Map<string, TokenRecord>();
  /** Of those that outlive the server, when their last use was kept. */
  readonly #kept = new Map<string, number>();
  /** Those that are revoked and that the store still has as good ones: they would be good again after a restart. */
  readonly #unkept = new Map<string, TokenRecord>();
  readonly #untold = new Map<string, Revocation>();

  constructor(options: Options) {
    this.#options = options;
    const { store, now } = options;
    for (const record of store?.all() ?? []) {
      const { id, actor: holder, revoked } = record;
      if (revoked !== undefined) this.#untold.set(id, { id, holder, ...revoked });
      else if (record.expiresAt > now()) {
        this.#records.set(record.id, record);
        this.#kept.set(record.id, record.lastUsedAt ?? 0);
      } else store?.delete(record.id);
    }
  }

  /**
   * Makes a token. Its text is nowhere else than in the answer.
   *
   * @param isKept `false`: it ends with this server
   */
  issue(asked: NewToken, isKept = true): { readonly token: string; readonly record: TokenRecord } {
    const { secret, now } = this.#options;
    const id = secret(ID_BYTES);
    const own = secret(SECRET_BYTES);
    const record = { id, digest: digestOf(own), ...asked, madeAt: now(), lastUsedAt: null };
    if (isKept) this.#options.store?.put(record);
    this.#records.set(id, record);
    if (isKept) this.#kept.set(id, 0);
    return { token: `hoist_${id}_${own}`, record };
  }

  /** @throws TokenNeededError for what is none, has expired or was revoked */
  verify(token: string): TokenRecord {
    const { id = '', secret = '' } = form.exec(token)?.groups ?? {};
    const record = this.#records.get(id);
    const digest = Buffer.from(digestOf(secret));
    // As long for a token that there is not as for one whose secret is wrong.
    const isRight = timingSafeEqual(digest, Buffer.from(record?.digest ?? digestOf('')));
    if (record === undefined || !isRight) throw refused('there is no such one');
    const now = this.#options.now();
    if (now >= record.expiresAt) throw refused(`it has expired at ${new Date(record.expiresAt).toISOString()}`);
    const used = { ...record, lastUsedAt: now };
    this.#records.set(id, used);
    this.#keepUse(used, now);
    return used;
  }

  #keepUse(used: TokenRecord, now: number): void {
    const last = this.#kept.get(used.id);
    if (last === undefined || now - last < USE_KEPT_MS) return;
    this.#kept.set(used.id, now);
    try {
      this.#options.store?.put(used);
    } catch {
      // A full disk, which its journal reports, must not keep anybody from reading.
    }
  }

  list(): readonly TokenRecord[] {
    return [...this.#records.values()];
  }

  /**
   * It is worthless at once. Where the store fails the same call again revokes it there too.
   *
   * @param by who does so
   * @throws NotFoundError
   */
  revoke(id: string, by: string): TokenRecord {
    const record = this.#records.get(id) ?? this.#unkept.get(id);
    if (record === undefined) throw new NotFoundError(`token ${id}`, 'hoist token list shows those that there are.');
    this.#records.delete(id);
    this.#kept.delete(id);
    this.#unkept.set(id, record);
    const at = this.#options.now();
    // Over, so that an earlier release, which knows nothing of revoked ones, lets it go.
    this.#options.store?.put({ ...record, digest: NO_DIGEST, expiresAt: at, revoked: { by, at } });
    this.#unkept.delete(id);
    this.#untold.set(id, { id, holder: record.actor, by, at });
    return record;
  }

  /** The revocations of which the audit trail does not know, also those of an earlier start. */
  untold(): readonly Revocation[] {
    return [...this.#untold.values()];
  }

  /** The audit trail knows of this revocation. */
  told(id: string): void {
    this.#untold.delete(id);
    try {
      this.#options.store?.delete(id);
    } catch {
      // It is told once more after the next start, as the same event.
    }
  }
}
