import type { ApplyOutcome, Held } from '@flaghoist/core/compare-and-set';
import { changeKeyOf, type Envelope, serialiseEnvelope, type UnsealedEnvelope } from '@flaghoist/core/envelope';
import type { EventOf, EventType, FlaghoistEvent } from '@flaghoist/core/events';
import { expectRowOf } from '@flaghoist/core/expect-row';
import { heldOf } from '@flaghoist/core/held';
import { type EncodedOffers, encodeOffers } from '@flaghoist/core/offers';
import { orderOf } from '@flaghoist/core/order';
import type { ExpectRow } from '@flaghoist/core/ports/verification-store';
import { revisionItem, storedOf } from '@flaghoist/core/storage/flag-items';
import type { Topology } from '@flaghoist/core/topology';
import type { OfferAnswer } from '@flaghoist/core/verdict';
import { InMemoryAcknowledgementLog } from '@flaghoist/in-memory/acknowledgement-log';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import type { LatencyModel } from '@flaghoist/in-memory/latency';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { RecordingMetrics } from '@flaghoist/in-memory/metrics';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { InMemoryServiceCache } from '@flaghoist/in-memory/service-cache';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';
import { InMemoryVerificationStore } from '@flaghoist/in-memory/verification-store';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { exampleEnvelope } from '@flaghoist/rules/examples/envelope';
import { topologyOf } from '@flaghoist/test-kit/topology';
import { createCompareHandler, createScanHandler } from '../../lib/handler.ts';
import type { CompareResult, ScanResult } from '../../lib/workflow.ts';

const REGION = 'eu-west-1';
export const FLAG = 'checkout.new-payment-form';
export const SERVICES = ['accounts', 'payments', 'statements'];

export const topologyWith = (services: readonly string[], version = 1): Topology =>
  topologyOf({ version, home: REGION, services });

export const revisionOf = (revision: number, patch: Partial<UnsealedEnvelope> = {}): Envelope =>
  exampleEnvelope({
    revision,
    change: { id: `change-${revision}-of-${patch.flagKey ?? FLAG}`, actor: 'mia', authentication: 'local', reason: '' },
    ...patch,
  });

interface Options {
  services?: readonly string[];
  /** Milliseconds from a line to its visibility. */
  ingestionMs?: number;
  /** Milliseconds that a query takes. */
  queryMs?: number;
  pageSize?: number;
}

/** One region whose caches were loaded in full and are empty. */
export class Region {
  readonly services: readonly string[];
  readonly time = new VirtualScheduler({ startAt: 1_760_000_100_000 });
  readonly flagsTable = new Table({ name: 'flags', region: REGION, clock: this.time });
  readonly flags = new InMemoryFlagStore(this.flagsTable);

  readonly topology: InMemoryTopologySource;
  readonly cache = new InMemoryServiceCache({ region: REGION });
  readonly query: InMemoryAcknowledgementLog;
  readonly bus = new InMemoryEventBus({ region: REGION, scheduler: this.time });
  readonly log = new RecordingLogger();
  readonly metrics = new RecordingMetrics();
  readonly verification = new InMemoryVerificationStore({ clock: this.time, log: this.log });
  readonly startedAt = this.time.now();
  readonly #ports;

  constructor({ services = SERVICES, ingestionMs = 0, queryMs = 0, pageSize = 10_000 }: Options = {}) {
    this.services = services;
    this.topology = new InMemoryTopologySource(topologyWith(services));
    const legs: Readonly<Record<string, number>> = { logIngestion: ingestionMs, insightsQuery: queryMs };
    const latency: LatencyModel = { modelled: true, sample: (leg) => legs[leg] ?? 0 };
    this.query = new InMemoryAcknowledgementLog({ region: REGION, clock: this.time, latency, pageSize });
    this.#ports = {
      region: REGION,
      flags: this.flags,
      verification: this.verification,
      topology: this.topology,
      cache: this.cache,
      query: this.query,
      bus: this.bus,
      clock: this.time,
      random: new SeededRandom(7),
      log: this.log,
      metrics: this.metrics,
    };
  }

  async ready(): Promise<this> {
    for (const service of this.services) {
      await this.cache.writeManifest(service, { generation: 1, topologyVersion: 1, count: 0 });
    }
    return this;
  }

  /** REVISION in this region's replica. */
  know(envelope: Envelope): void {
    this.flagsTable.put(revisionItem(storedOf(envelope)));
  }

  /** REVISION and the expectation row, as the region's validator leaves them. */
  async expect(envelope: Envelope, patch: Partial<ExpectRow> = {}): Promise<Envelope> {
    this.know(envelope);
    const row = expectRowOf(envelope, { expectedAt: this.time.now(), refusal: null });
    await this.verification.expect({ ...row, ...patch });
    return envelope;
  }

  /** The service's cache gets the change; its line is written unless `silently`. */
  async hold(service: string, envelope: Envelope, { silently = false } = {}): Promise<void> {
    const incoming = heldOf(service, envelope);
    const body = incoming.tombstone ? null : serialiseEnvelope(envelope);
    const { held, outcome } = await this.cache.apply(service, {
      flagKey: envelope.flagKey,
      incoming,
      body,
      repair: false,
      passesFull: false,
    });
    if (!silently) this.line(service, envelope, { held, outcome });
  }

  /** A line, whatever the cache holds. */
  line(service: string, envelope: Envelope, { held, outcome }: { held?: Held; outcome?: ApplyOutcome } = {}): void {
    const { order, digest } = held ?? heldOf(service, envelope);
    this.query.write({
      event: 'flag.acknowledged',
      observer: 'updater',
      region: REGION,
      service,
      flagKey: envelope.flagKey,
      changeId: envelope.change.id,
      outcome: outcome ?? 'applied',
      heldOrder: order,
      heldDigest: digest,
      messageOrder: orderOf(envelope),
      ageMs: 0,
      at: this.time.now(),
    });
  }

  async holdEverywhere(envelope: Envelope, options: { silently?: boolean } = {}): Promise<void> {
    for (const service of this.services) await this.hold(service, envelope, options);
  }

  startScan(input: Record<string, unknown> = {}): Promise<ScanResult> {
    return createScanHandler(this.#ports)({
      holder: 'one',
      startedAt: this.startedAt,
      asked: { changeIds: [] },
      undecided: [],
      ...input,
    });
  }

  scan(input: Record<string, unknown> = {}): Promise<ScanResult> {
    return this.time.run(this.startScan(input));
  }

  compare(input: unknown): Promise<CompareResult> {
    return this.time.run(createCompareHandler(this.#ports)(input));
  }

  /** As if every cache had been offered the changes, and had answered. */
  offered(changes: readonly Envelope[], answer: OfferAnswer = 'taken'): EncodedOffers {
    const answers = new Map(this.services.map((service) => [service, answer]));
    const offers = changes.map((change) => ({
      flagKey: change.flagKey,
      order: orderOf(change),
      bytes: serialiseEnvelope(change).length,
      answers,
    }));
    return encodeOffers(
      offers,
      changes.map(({ flagKey }) => flagKey),
    );
  }

  /** Compares as if no line had been seen, or those of the services named. */
  compareNow(
    changes: readonly Envelope[],
    {
      logged = '',
      offers = this.offered(changes),
      scannedAt = this.time.now(),
    }: { logged?: string; offers?: EncodedOffers | null; scannedAt?: number } = {},
  ): Promise<CompareResult> {
    const ripe = changes.map((change) => ({ key: changeKeyOf(change), logged }));
    return this.compare({ ripe, topologyVersion: 1, undecided: [], offers, scannedAt });
  }

  eventsOf(type: EventType): FlaghoistEvent['detail'][] {
    return this.bus.published.filter((event) => event.type === type).map(({ detail }) => detail);
  }

  verdicts(): EventOf<'RegionVerdict'>['detail'][] {
    return this.bus.published.flatMap((event) => (event.type === 'RegionVerdict' ? [event.detail] : []));
  }

  seconds(): number {
    return (this.time.now() - this.startedAt) / 1000;
  }
}
