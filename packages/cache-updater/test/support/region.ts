import type { Acknowledgement } from '@flaghoist/core/acknowledgement';
import { SHADOW_SERVICE } from '@flaghoist/core/canary';
import { changeKeyOf, type Envelope, serialiseEnvelope, type UnsealedEnvelope } from '@flaghoist/core/envelope';
import type { Evaluator } from '@flaghoist/core/evaluator';
import type { EventType, FlaghoistEvent } from '@flaghoist/core/events';
import { expectRowOf } from '@flaghoist/core/expect-row';
import { decodeOffers } from '@flaghoist/core/offers';
import type { ExpectRow } from '@flaghoist/core/ports/verification-store';
import { currentItem, revisionItem, storedOf } from '@flaghoist/core/storage/flag-items';
import type { OfferAnswer } from '@flaghoist/core/verdict';
import { InMemoryDeadLetters } from '@flaghoist/in-memory/dead-letters';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { InMemoryLoadRequests } from '@flaghoist/in-memory/load-requests';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { RecordingMetrics } from '@flaghoist/in-memory/metrics';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { InMemoryServiceCache } from '@flaghoist/in-memory/service-cache';
import { InMemoryServiceQueues } from '@flaghoist/in-memory/service-queues';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';
import { InMemoryVerificationStore } from '@flaghoist/in-memory/verification-store';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { creation, exampleCurrent, exampleEnvelope, exampleEvidence } from '@flaghoist/rules/examples/envelope';
import { sqsRecord } from '@flaghoist/test-kit/sqs-event';
import { topologyOf } from '@flaghoist/test-kit/topology';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import {
  createApplyHandler,
  createLoadHandler,
  createOfferHandler,
  createReconcileHandler,
} from '../../lib/handler.ts';
import { createMessageReader, type StandingRules } from '../../lib/message-reader.ts';
import type { ReconcileResult } from '../../lib/reconcile-cell.ts';

export const REGION = 'eu-west-1';
export const FLAG = 'checkout.new-payment-form';
export const SERVICES = ['accounts', 'payments', 'statements'] as const;

/** Two cells: accounts and payments share the first. */
export const topology = topologyOf({
  home: 'us-east-1',
  regions: [REGION, 'us-east-1'],
  services: ['accounts', 'payments', { name: 'statements', cell: 'cell-2' }],
});

/** An accepted revision that no rule objects to; its document says which revision it is. */
export const revisionOf = (revision: number, patch: Partial<UnsealedEnvelope> = {}): Envelope =>
  exampleEnvelope({
    revision,
    document: {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      metadata: { about: `${patch.flagKey ?? FLAG} ${revision}` },
    },
    ...(revision === 1
      ? creation
      : { evidence: { ...exampleEvidence, current: { ...exampleCurrent, revision: revision - 1 } } }),
    change: { id: `change-${revision}-of-${patch.flagKey ?? FLAG}`, actor: 'mia', authentication: 'local', reason: '' },
    ...patch,
  });

/** One region with three services, its caches loaded in full and empty. */
export class Region {
  readonly time = new VirtualScheduler({ startAt: 1_760_000_100_000 });
  readonly flagsTable = new Table({ name: 'flags', region: REGION, clock: this.time });
  readonly flags = new InMemoryFlagStore(this.flagsTable);
  readonly verification = new InMemoryVerificationStore({ clock: this.time });
  readonly topology = new InMemoryTopologySource(topology);
  readonly cache = new InMemoryServiceCache({ region: REGION });
  readonly queues = new InMemoryServiceQueues({
    region: REGION,
    scheduler: this.time,
    services: [...SERVICES, SHADOW_SERVICE],
  });
  readonly loads = new InMemoryLoadRequests();
  readonly log = new RecordingLogger();
  readonly metrics = new RecordingMetrics();
  readonly deadLetters = new InMemoryDeadLetters();
  readonly lines: Acknowledgement[] = [];
  readonly bus = new InMemoryEventBus({ region: REGION, scheduler: this.time });
  readonly #ports;
  #deliveries = 0;
  #forgotten = 0;

  constructor({ rules }: { rules?: StandingRules } = {}) {
    this.#ports = {
      region: REGION,
      read: createMessageReader(rules === undefined ? {} : { rules }),
      flags: this.flags,
      verification: this.verification,
      topology: this.topology,
      cache: this.cache,
      queues: this.queues,
      loads: this.loads,
      serviceOf: (arn: string) => this.queues.serviceOf(arn),
      acknowledgements: { write: (line: Acknowledgement) => this.lines.push(JSON.parse(JSON.stringify(line))) },
      bus: this.bus,
      clock: this.time,
      random: new SeededRandom(7),
      log: this.log,
      metrics: this.metrics,
    };
  }

  /** Writes the manifests that a full load would write into empty caches. */
  async ready(): Promise<this> {
    for (const service of SERVICES) {
      await this.cache.writeManifest(service, { generation: 1, topologyVersion: 1, count: 0 });
    }
    return this;
  }

  /** CURRENT and REVISION, as the accepting transaction leaves them in this replica. */
  accept(envelope: Envelope): Envelope {
    this.flagsTable.put(revisionItem(storedOf(envelope)));
    this.current(envelope);
    return envelope;
  }

  /** REVISION alone: CURRENT is on its way, or nobody accepted it. */
  writeRevision(envelope: Envelope): void {
    this.flagsTable.put(revisionItem(storedOf(envelope)));
  }

  /** CURRENT alone: written around the validator, or merged by replication. */
  current(envelope: Envelope): void {
    this.flagsTable.put(currentItem(storedOf(envelope)));
  }

  async expect(envelope: Envelope, patch: Partial<ExpectRow> = {}): Promise<void> {
    const row = expectRowOf(envelope, { expectedAt: this.time.now(), refusal: null });
    await this.verification.expect({ ...row, ...patch });
  }

  /** Delivers messages to a service's updater, as one batch from its queue. */
  apply(service: string, ...messages: (Envelope | string)[]): Promise<SQSBatchResponse> {
    const queue = this.queues.queue(service);
    for (const message of messages) queue.send(typeof message === 'string' ? message : serialiseEnvelope(message));
    return this.receive(service);
  }

  /** One delivery of what waits in a service's queue. What is not reported as failed is deleted from it. */
  async receive(service: string): Promise<SQSBatchResponse> {
    const queue = this.queues.queue(service);
    const received = queue.receive(10);
    const records = received.map(({ messageId, receiptHandle, body, receiveCount }) =>
      sqsRecord({ messageId, receiptHandle, body, receiveCount, queueArn: queue.arn }),
    );
    const response = await this.time.run(createApplyHandler(this.#ports)({ Records: records }));
    const failed = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId, receiptHandle } of received) if (!failed.has(messageId)) queue.delete(receiptHandle);
    return response;
  }

  queueOf(service: string): { readonly queueArn: string } {
    return { queueArn: this.queues.queue(service).arn };
  }

  /** Hands a record to the updater, as Lambda would. */
  deliver(record: SQSRecord): Promise<SQSBatchResponse> {
    return this.time.run(createApplyHandler(this.#ports)({ Records: [record] }));
  }

  load(...bodies: string[]): Promise<SQSBatchResponse> {
    const records = bodies.map((body) => {
      this.#deliveries += 1;
      return sqsRecord({ messageId: `load-${this.#deliveries}`, body });
    });
    return this.time.run(createLoadHandler({ ...this.#ports, deadLetters: this.deadLetters })({ Records: records }));
  }

  deadLettersOf(service: string): readonly string[] {
    return this.queues.queue(service).deadLetterQueue?.bodies() ?? [];
  }

  async offer(...changes: Envelope[]): Promise<ReadonlyMap<string, OfferAnswer>> {
    const keys = changes.map(changeKeyOf);
    const input = { ripe: keys.map((key) => ({ key })), topologyVersion: 1 };
    const encoded = await this.time.run(createOfferHandler(this.#ports)(input));
    const offers = decodeOffers(
      encoded,
      keys.map(({ flagKey }) => flagKey),
    );
    return offers.get(FLAG)?.answers ?? new Map();
  }

  reconcile(cell = 'cell-1', evaluator?: Evaluator): Promise<ReconcileResult> {
    return this.time.run(createReconcileHandler(this.#ports)({ cell, evaluator }));
  }

  /** One warm function, for more than one pass. */
  reconciler(cell = 'cell-1'): () => Promise<ReconcileResult> {
    const reconcile = createReconcileHandler(this.#ports);
    return () => this.time.run(reconcile({ cell }));
  }

  outcomes(): string[] {
    return this.lines.map(({ outcome }) => outcome);
  }

  /** From now on `eventsOf` gives only what comes. */
  forgetEvents(): void {
    this.#forgotten = this.bus.published.length;
  }

  eventsOf(type: EventType): FlaghoistEvent[] {
    return this.bus.published.slice(this.#forgotten).filter((event) => event.type === type);
  }
}
