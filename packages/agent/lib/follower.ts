import { describeError } from '@flaghoist/core/describe-error';
import { evaluatorOf } from '@flaghoist/core/evaluator';
import type { Clock } from '@flaghoist/core/ports/clock';
import type { Logger } from '@flaghoist/core/ports/logger';
import type { CacheNews, CacheOverview, ServiceFeed } from '@flaghoist/core/ports/service-feed';
import type { FlagSet } from './flag-set.ts';
import type { Freshness } from './freshness.ts';
import { goOver } from './go-over.ts';

/** Why the cache is not followed at this moment. */
export type CacheState = 'following' | 'unreachable' | 'not-loaded' | 'starting';

interface Ports {
  readonly feed: ServiceFeed;
  readonly flags: FlagSet;
  readonly freshness: Freshness;
  /** A steady one. */
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/**
 * Keeps a set of flags as its cache is: subscribe first, then read all, then follow. Messages get lost, so the sequence is
 * looked at as well, and any gap is a reason to read again. A cache without a manifest was lost, and is not empty.
 */
export class Follower {
  readonly #ports: Ports;
  /** The write up to which everything was heard or read; `null`: nothing was. */
  #known: number | null = null;
  #readAll = true;
  readonly #told = new Set<string>();
  /** What is heard while everything is read; whether there is a gap shows only afterwards. */
  #meanwhile: CacheNews[] | null = null;
  #working: Promise<void> | null = null;
  #followed: { stop(): void } | null = null;
  /** How often it was stopped. */
  #stops = 0;
  #state: CacheState = 'starting';
  #error: string | null = null;
  #rereads = 0;
  #isUnreadable = false;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get state(): CacheState {
    return this.#state;
  }

  get error(): string | null {
    return this.#error;
  }

  get sequence(): number | null {
    return this.#known;
  }

  /** How often everything was read although it had been before. */
  get rereads(): number {
    return this.#rereads;
  }

  /** Once a second: subscribes where that is still to be done, and reads what the sequence shows to be missing. Never throws. */
  async look(): Promise<void> {
    const { feed, clock } = this.#ports;
    try {
      if (this.#followed === null) {
        if (!(await this.#subscribe())) return;
        this.#readAll = true;
      }
      const at = clock.now();
      const before = this.#known ?? 0;
      const doubted = this.#ports.flags.doubted(at);
      if (doubted.length > 0) {
        this.#ports.log.warn('a tombstone was not kept by the cache, what it holds is served', { flags: doubted });
        this.#readAll = true;
      }
      if (!this.#readAll && this.#working === null) {
        const sequence = await feed.sequence();
        // More than was heard, or counted anew because the cache was lost; or no number at all.
        if (!(sequence <= (this.#known ?? 0) && sequence >= before)) this.#readAll = true;
        else if (this.#told.size === 0 && this.#state === 'following') this.#seen(at);
      }
      await this.#work();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @returns `false` when it was stopped meanwhile, and hears nothing */
  async #subscribe(): Promise<boolean> {
    const stops = this.#stops;
    const followed = await this.#ports.feed.follow({
      heard: (news) => this.#hear(news),
      lost: (error) => this.#failed(error),
      follows: () => this.#distrust(),
    });
    if (stops === this.#stops) this.#followed = followed;
    else followed.stop();
    return stops === this.#stops;
  }

  stop(): void {
    this.#stops += 1;
    this.#followed?.stop();
    this.#followed = null;
  }

  #hear(news: CacheNews): void {
    if (this.#meanwhile !== null) this.#meanwhile.push(news);
    else this.#weigh(news);
    this.#work().catch((error: unknown) => this.#failed(error));
  }

  #weigh({ sequence, flagKey }: CacheNews): void {
    // The manifest changed, nothing is known yet, or something was missed. What is older was read before it was heard.
    if (flagKey === undefined || this.#known === null || !(sequence <= this.#known + 1)) this.#readAll = true;
    else if (sequence === this.#known + 1) this.#known = sequence;
    if (flagKey !== undefined) this.#told.add(flagKey);
  }

  #distrust(): void {
    this.#readAll = true;
    this.#work().catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (this.#state !== 'unreachable') {
      this.#ports.log.warn('cache is not followed', { error, sequence: this.#known });
    }
    this.#state = 'unreachable';
    this.#error = describeError(error);
    this.#readAll = true;
  }

  #work(): Promise<void> {
    this.#working ??= this.#catchUp().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #catchUp(): Promise<void> {
    const { feed, flags, clock } = this.#ports;
    while (this.#readAll || this.#told.size > 0) {
      const at = clock.now();
      if (this.#readAll) {
        if (await this.#readEverything()) this.#seen(at);
        continue;
      }
      const told = [...this.#told];
      this.#told.clear();
      flags.take(await feed.flags(told), at);
      if (this.#state === 'following') this.#seen(at);
    }
  }

  /** Where nothing is served yet, flags none of which can be read are not loaded: an empty set would make every flag unknown. */
  #seen(at: number): void {
    const { flags, freshness, log } = this.#ports;
    const isUnreadable = !freshness.loaded && flags.isUnreadable;
    if (isUnreadable && !this.#isUnreadable) {
      log.error('none of the flags in the cache can be read', { refused: flags.refusals.length });
    }
    this.#isUnreadable = isUnreadable;
    if (!isUnreadable) freshness.seen(at);
  }

  /** @returns whether what is served is now all that the cache had */
  async #readEverything(): Promise<boolean> {
    const { feed, flags, clock, log } = this.#ports;
    this.#readAll = false;
    this.#told.clear();
    this.#meanwhile = [];
    try {
      const overview = await feed.overview();
      // Before flags are taken, so that none is evaluated by the wrong one.
      if (overview.manifest !== null) goOver(evaluatorOf(overview.manifest), { flags, log });
      flags.forgetRefusals(overview.held);
      const lacking = [...overview.held].filter(([flagKey, held]) => flags.lacks(flagKey, held));
      if (lacking.length > 0) flags.take(await feed.flags(lacking.map(([flagKey]) => flagKey)), clock.now());
      if (this.#known !== null) this.#rereads += 1;
      this.#known = overview.sequence;
      return this.#settle(overview, log);
    } catch (error) {
      this.#readAll = true;
      throw error;
    } finally {
      const heard = this.#meanwhile;
      this.#meanwhile = null;
      for (const news of heard) this.#weigh(news);
    }
  }

  #settle({ manifest, sequence }: CacheOverview, log: Logger): boolean {
    const state = manifest === null ? 'not-loaded' : 'following';
    if (state !== this.#state) {
      if (state === 'following') log.info('cache is followed', { sequence });
      else log.warn('cache was never loaded, or lost; what was served before is kept', { sequence });
    }
    this.#state = state;
    this.#error = null;
    return manifest !== null;
  }
}
