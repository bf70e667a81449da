import { concerned } from '@flaghoist/core/audience';
import { type Envelope, parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import type { Clock } from '@flaghoist/core/ports/clock';
import { type LatencyModel, noLatency } from './latency.ts';
import { Network } from './network.ts';
import type { FilterPolicy, Topic } from './topic.ts';

export interface ChangeTopicOptions {
  /** The publisher's region: all others are reached through the network. */
  readonly region: string;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly clock: Clock;
  readonly network?: Network;
  readonly latency?: LatencyModel;
}

/** What a service's subscription lets through: its own name, and changes for everybody. */
export const audienceFilter = (service: string): FilterPolicy => ({ audience: ['*', service] });

/** Publishes to the simulated topics of all regions. */
export class InMemoryChangeTopic implements ChangeTopic {
  readonly #options: ChangeTopicOptions;
  readonly #network: Network;
  readonly #latency: LatencyModel;

  constructor(options: ChangeTopicOptions) {
    this.#options = options;
    this.#network = options.network ?? new Network();
    this.#latency = options.latency ?? noLatency;
  }

  async publish(region: string, envelope: Envelope): Promise<void> {
    const { region: own, topics, clock } = this.#options;
    const body = serialiseEnvelope(envelope);
    const { flagKey, kind } = envelope;
    const travelMs = region === own ? 0 : this.#latency.sample('crossRegionPublish');
    if (travelMs > 0) await clock.sleep(travelMs);
    const topic = topics.get(region);
    if (topic === undefined || !this.#network.connects(own, region)) throw unreachable(region);
    topic.publish(body, { flagKey: [flagKey], kind: [kind], audience: concerned(envelope) });
  }
}

/** Keeps what was published, for tests of what publishes. */
export class RecordingChangeTopic implements ChangeTopic {
  readonly published: { readonly region: string; readonly envelope: Envelope }[] = [];
  readonly #cut = new Set<string>();

  async publish(region: string, envelope: Envelope): Promise<void> {
    if (this.#cut.has(region)) throw unreachable(region);
    this.published.push({ region, envelope: parseEnvelope(serialiseEnvelope(envelope)) });
  }

  /** What one region's topic was given. */
  publishedTo(region: string): readonly Envelope[] {
    return this.published.filter((message) => message.region === region).map(({ envelope }) => envelope);
  }

  /** The regions that were sent a revision, sorted, repeats left out. */
  regionsSent(revision: number): readonly string[] {
    const sent = this.published.filter(({ envelope }) => envelope.revision === revision);
    return [...new Set(sent.map(({ region }) => region))].sort();
  }

  cut(region: string): void {
    this.#cut.add(region);
  }

  restore(region: string): void {
    this.#cut.delete(region);
  }
}

const unreachable = (region: string): UnavailableError =>
  new UnavailableError(`the topic of ${region}`, 'Replication brings the change there once the region can be reached.');
