import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import { expectedServices } from '@flaghoist/core/audience';
import { acknowledges } from '@flaghoist/core/compare-and-set';
import type { Envelope } from '@flaghoist/core/envelope';
import type { FlaghoistEvent } from '@flaghoist/core/events';
import { formatOrder, type Order } from '@flaghoist/core/order';
import { lookAtRegion } from './look-at-region.ts';
import type { ControlPlanePorts } from './ports.ts';
import type { SeenInRegion } from './views/conditions.ts';
import { envelopeOf } from './views/flag-view.ts';

/** A change on its way, as far as somebody who looks on has seen it. */
interface Track {
  readonly flagKey: string;
  readonly order: Order;
  readonly changeId: string;
  readonly regions: Map<string, RegionTrack>;
  /** Known once home has told that it was accepted. */
  envelope: Envelope | undefined;
  learning: boolean;
  told: boolean;
}

interface RegionTrack {
  /** The services whose lines were seen; emptied when all were, to give the memory back. */
  lines: Set<string>;
  acknowledged: number;
  expected: readonly string[] | undefined;
  seenAt: number | null;
  publishedAt: number | null;
  looks: number;
}

/** What one of `Follower`'s listeners hears. */
export interface Progress {
  readonly flagKey: string;
  readonly order: Order;
  readonly changeId: string;
  readonly regions: readonly SeenInRegion[];
  /** Every expected cache was seen holding it. */
  readonly acknowledged: boolean;
  readonly at: number;
}

/** What is remembered, newest first: a change ends after two minutes at the latest. */
const MAX_TRACKS = 4_000;
/** A cache that has acknowledged and does not show it yet is looked at again, a few times. */
const LOOKS = 5;
const PAUSE_MS = 500;

const keyOf = (flagKey: string, order: Order): string => `${flagKey} ${formatOrder(order)}`;

/**
 * Follows changes by the lines of the caches and the events of home, and looks into the caches of a region as soon as the lines
 * of all of them are there: so a change counts as acknowledged before the scan of its region has seen those lines. It proves
 * nothing, and nothing in the protocol depends on it.
 */
export class Follower {
  readonly #ports: ControlPlanePorts;
  readonly #tracks = new Map<string, Track>();
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly #stop: () => void;

  constructor(ports: ControlPlanePorts) {
    this.#ports = ports;
    this.#stop = ports.watch({
      acknowledged: (line) => this.#line(line),
      happened: (event) => this.#event(event),
    });
  }

  stop(): void {
    this.#stop();
    this.#listeners.clear();
  }

  listen(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What was seen of a change; nothing of one that was on its way before this server began. */
  seen(flagKey: string, order: Order): readonly SeenInRegion[] {
    const track = this.#tracks.get(keyOf(flagKey, order));
    return track === undefined ? [] : regionsOf(track);
  }

  #track(flagKey: string, order: Order, changeId: string): Track {
    const key = keyOf(flagKey, order);
    const known = this.#tracks.get(key);
    if (known !== undefined) return known;
    const track: Track = {
      flagKey,
      order,
      changeId,
      regions: new Map(),
      envelope: undefined,
      learning: false,
      told: false,
    };
    this.#tracks.set(key, track);
    if (this.#tracks.size > MAX_TRACKS) {
      const [oldest] = this.#tracks.keys();
      if (oldest !== undefined) this.#tracks.delete(oldest);
    }
    return track;
  }

  #line({ flagKey, messageOrder, changeId, region, service, outcome }: Acknowledgement): void {
    // A cache that dropped the message holds a later one.
    if (!acknowledges(outcome) && outcome !== 'stale') return;
    const track = this.#track(flagKey, messageOrder, changeId);
    const own = regionOf(track, region);
    if (own.seenAt !== null || own.lines.has(service)) return;
    own.lines.add(service);
    own.acknowledged += 1;
    void this.#learn(track);
    this.#tell(track);
    this.#lookWhenComplete(track, region);
  }

  #event(event: FlaghoistEvent): void {
    if (event.type === 'ChangeAccepted')
      void this.#learn(this.#track(event.detail.flagKey, event.detail.order, event.detail.changeId));
    else if (event.type === 'ChangePublished') {
      const { flagKey, order, changeId, region } = event.detail;
      regionOf(this.#track(flagKey, order, changeId), region).publishedAt ??= event.at;
    }
  }

  /** Reads who must hold it. Home has the revision before anybody is told of it. */
  async #learn(track: Track): Promise<void> {
    if (track.envelope !== undefined || track.learning) return;
    track.learning = true;
    const { flagKey, order, changeId } = track;
    const { log } = this.#ports;
    try {
      const { flags, topology } = this.#ports.home();
      const stored = await flags.revision(flagKey, order);
      if (stored === undefined) return;
      const envelope = envelopeOf(stored.body);
      const now = await topology.latest();
      const services = expectedServices(envelope, await topology.at(envelope.topologyVersion), now);
      for (const region of envelope.regions) regionOf(track, region).expected = services;
      track.envelope = envelope;
      for (const region of envelope.regions) this.#lookWhenComplete(track, region);
    } catch (error) {
      log.warn('change is not followed', { flagKey, changeId, error });
    } finally {
      track.learning = false;
    }
  }

  #lookWhenComplete(track: Track, region: string): void {
    const own = regionOf(track, region);
    if (own.expected === undefined || own.seenAt !== null || own.looks > 0) return;
    if (own.lines.size < own.expected.length) return;
    own.looks = 1;
    void this.#look(track, region);
  }

  async #look(track: Track, region: string): Promise<void> {
    const { clock, log } = this.#ports;
    const own = regionOf(track, region);
    const { envelope, expected } =
      track.envelope === undefined ? {} : { envelope: track.envelope, expected: own.expected };
    if (envelope === undefined || expected === undefined) return;
    try {
      for (; own.looks <= LOOKS; own.looks += 1) {
        const at = clock.now();
        const look = await lookAtRegion(this.#ports.region(region), { envelope, services: expected, now: at });
        if (look === undefined) return;
        if (look.every(({ verdict }) => verdict === 'consistent')) {
          own.seenAt = at;
          own.acknowledged = expected.length;
          own.lines = new Set();
          this.#tell(track);
          return;
        }
        await clock.sleep(PAUSE_MS * own.looks);
      }
    } catch (error) {
      log.warn('caches of a change not looked at', { region, flagKey: track.flagKey, error });
    }
  }

  #tell(track: Track): void {
    if (this.#listeners.size === 0) return;
    const { envelope } = track;
    const acknowledged =
      !track.told &&
      envelope !== undefined &&
      envelope.regions.every((region) => track.regions.get(region)?.seenAt != null);
    if (acknowledged) track.told = true;
    const { flagKey, order, changeId } = track;
    const at = this.#ports.clock.now();
    const progress: Progress = {
      flagKey,
      order,
      changeId,
      acknowledged,
      at,
      get regions() {
        return regionsOf(track);
      },
    };
    for (const listener of this.#listeners) listener(progress);
  }
}

const regionOf = (track: Track, region: string): RegionTrack => {
  let own = track.regions.get(region);
  if (own === undefined) {
    own = { lines: new Set(), acknowledged: 0, expected: undefined, seenAt: null, publishedAt: null, looks: 0 };
    track.regions.set(region, own);
  }
  return own;
};

const regionsOf = ({ regions }: Track): readonly SeenInRegion[] =>
  [...regions].map(([region, { acknowledged, expected, seenAt, publishedAt }]) => ({
    region,
    expected: expected?.length ?? 0,
    acknowledged,
    seenAt,
    publishedAt,
  }));
