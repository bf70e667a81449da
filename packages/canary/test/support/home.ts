import { CANARY_FLAG, SHADOW_SERVICE } from '@flaghoist/core/canary';
import type { ChangeRecord } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope, recordOf, serialiseEnvelope } from '@flaghoist/core/envelope';
import { isNewer, orderOf, sameOrder } from '@flaghoist/core/order';
import type { StoredRevision } from '@flaghoist/core/ports/flag-store';
import type { Proposal } from '@flaghoist/core/proposal';
import { buildRevert, buildRevision } from '@flaghoist/core/revision';
import type { Topology } from '@flaghoist/core/topology';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { RecordingMetrics } from '@flaghoist/in-memory/metrics';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { type CanaryPorts, canary } from '../../lib/canary.ts';

export const HOME = 'eu-west-1';
export const REGIONS = ['eu-west-1', 'mars-1', 'us-east-1'];
const AUTHOR = 'AROAPRDCANARYEXAMPLE3:flaghoist-canary';
const MINUTE_MS = 60_000;
const DETECTED_AFTER_MS = 18_000;

/** With the canary's service in the same three regions. */
const topology: Topology = topologyOf({ home: HOME, regions: REGIONS, services: ['cards', SHADOW_SERVICE] });

/** A home that accepts what is based on what it has, and finds in each cache what was planted there under a change's order. */
export class FakeHome {
  readonly log = new RecordingLogger();
  readonly metrics = new RecordingMetrics();
  /** Messages in the queues of the canary's service, by region. */
  readonly planted: { readonly region: string; readonly envelope: Envelope }[] = [];
  region = HOME;
  /** Grows when home moves. */
  epoch = 1;
  topology = topology;
  /** Whether anything of what is accepted is decided. */
  decides = true;
  /** Whether what is planted is found. */
  finds = true;
  /** Regions in which the queue of the canary's service takes nothing. */
  broken: readonly string[] = [];
  /** Regions in which that queue takes a message, and its answer is lost. */
  silent: readonly string[] = [];
  /** Proposals end as conflicts: somebody else is always first. */
  refuses = false;
  #now = 1_800_000_000_000;
  readonly #records: ChangeRecord[] = [];
  readonly #revisions: Envelope[] = [];

  get records(): readonly ChangeRecord[] {
    return this.#records;
  }

  get now(): number {
    return this.#now;
  }

  ports(changed: Partial<CanaryPorts> = {}): CanaryPorts {
    return {
      region: HOME,
      home: { home: async () => ({ region: this.region, epoch: this.epoch }) },
      topology: { latest: async () => this.topology },
      flags: { current: async () => this.#current() },
      changes: { recordsBefore: (_flagKey, order) => this.#before(order) },
      proposals: { propose: async (proposal) => this.#accept(proposal) },
      send: async (region, message) => this.#take(region, message),
      clock: {
        now: () => this.#now,
        sleep: async (ms) => {
          this.#now += ms;
        },
      },
      log: this.log,
      metrics: this.metrics,
      ...changed,
    };
  }

  /** So many runs, one a minute; what is accepted in one is decided before the next. @returns where they planted */
  async runs(count: number, changed: Partial<CanaryPorts> = {}): Promise<(string | null)[]> {
    const where: (string | null)[] = [];
    for (let run = 0; run < count; run += 1) {
      const begun = this.#now;
      try {
        where.push((await canary(this.ports(changed))).planted);
      } finally {
        while (this.decides && this.#records.some(({ state }) => state === 'accepted')) this.#decide();
        this.#now = begun + MINUTE_MS;
      }
    }
    return where;
  }

  #take(region: string, message: string): void {
    if (this.broken.includes(region)) throw new Error(`the queue in ${region} is away`);
    this.planted.push({ region, envelope: parseEnvelope(message) });
    if (this.silent.includes(region)) throw new Error(`the queue in ${region} does not answer`);
  }

  #current(): StoredRevision | undefined {
    const newest = this.#revisions.at(-1);
    if (newest === undefined) return undefined;
    const { envelopeDigest } = newest;
    return { flagKey: CANARY_FLAG, order: orderOf(newest), envelopeDigest, body: serialiseEnvelope(newest) };
  }

  async *#before(order: ChangeRecord['order']): AsyncIterable<ChangeRecord> {
    for (const record of this.#records.toReversed()) if (isNewer(order, record.order)) yield record;
  }

  #accept(proposal: Proposal): 'written' {
    const current = this.#revisions.at(-1) ?? null;
    const isCurrent =
      proposal.basedOn === null ? current === null : current !== null && sameOrder(proposal.basedOn, current);
    if (this.refuses || !isCurrent) return 'written';
    this.#write(
      buildRevision(proposal, {
        written: { author: AUTHOR, proposedDigest: '0'.repeat(64) },
        environment: 'dev',
        epoch: this.epoch,
        rulesVersion: 1,
        topology: this.topology,
        current,
        currentVerified: true,
        evidence: {},
        now: this.#now,
      }),
    );
    return 'written';
  }

  #write(envelope: Envelope): void {
    this.#revisions.push(envelope);
    this.#records.push(recordOf(envelope));
  }

  #decide(): void {
    const last = this.#records.findIndex(({ state }) => state === 'accepted');
    const [judged, record] = [this.#revisions[last], this.#records[last]];
    if (judged === undefined || record === undefined) return;
    const wrong = this.planted.find(({ envelope }) => sameOrder(envelope, judged));
    const decidedAt = this.#now + DETECTED_AFTER_MS;
    if (wrong === undefined || !this.finds) {
      this.#records[last] = { ...record, state: 'verified', decidedAt };
      return;
    }
    const blame = { region: wrong.region, services: [SHADOW_SERVICE] };
    this.#records[last] = { ...record, state: 'rolled-back', decidedAt, blame };
    const target = this.#revisions[last - 1] ?? null;
    const context = { epoch: this.epoch, rulesVersion: 1, topology: this.topology, now: decidedAt, reason: 'found' };
    this.#write(buildRevert({ judged, target, ...context }));
  }
}
