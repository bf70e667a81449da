import { changeKeyOf, type Envelope, recordOf, seal, type UnsealedEnvelope } from '@flaghoist/core/envelope';
import type { EventType } from '@flaghoist/core/events';
import type { Order } from '@flaghoist/core/order';
import { recordItem } from '@flaghoist/core/storage/change-items';
import { currentItem, revisionItem, storedOf } from '@flaghoist/core/storage/flag-items';
import { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { RecordingChangeTopic } from '@flaghoist/in-memory/change-topic';
import { InMemoryDeadLetters } from '@flaghoist/in-memory/dead-letters';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { RecordingMetrics } from '@flaghoist/in-memory/metrics';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologyStore } from '@flaghoist/in-memory/topology-store';
import { InMemoryVerificationStore } from '@flaghoist/in-memory/verification-store';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { exampleEnvelope, type Patch } from '@flaghoist/rules/examples/envelope';
import type { DynamoDBRecord } from 'aws-lambda';
import { createDistributeHandler } from '../../lib/handler.ts';
import type { DistributePorts } from '../../lib/ports.ts';
import { eventOf, tailOf } from './stream-tail.ts';

export const REGION = 'eu-west-1';

/** An accepted revision of the example flag, with a change id of its own. */
export const accepted = (order: Order, patch: Patch = {}): Envelope => {
  const { change } = exampleEnvelope();
  const id = `change-${order.epoch}-${String(order.revision).padStart(4, '0')}`;
  const current = {
    epoch: order.epoch,
    revision: order.revision - 1,
    envelopeDigest: 'a'.repeat(64),
    flagState: 'live',
  };
  const { evidence } = exampleEnvelope();
  const first = order.revision === 1;
  return exampleEnvelope({
    ...order,
    kind: first ? 'created' : 'updated',
    previousEnvelopeDigest: first ? null : current.envelopeDigest,
    evidence: { ...evidence, current: first ? null : current },
    change: { ...change, id },
    ...patch,
  });
};

/** The same envelope with something changed, sealed again: what an intruder with a keyboard can make. */
export const forged = (envelope: Envelope, patch: Partial<UnsealedEnvelope>): Envelope => {
  const { envelopeDigest: _digest, documentDigest: _document, ...content } = envelope;
  return seal({ ...content, ...patch });
};

/** One region: its replica of `flags`, its distribute function, its topic and bus. */
export const createRegion = ({ home = false }: { home?: boolean } = {}) => {
  const clock = new VirtualScheduler({ startAt: exampleEnvelope().at.accepted + 400 });
  const table = new Table({ name: 'flags', region: REGION, clock });
  const flags = new InMemoryFlagStore(table);
  const changes = new Table({ name: 'changes', region: REGION, clock });
  const verification = new InMemoryVerificationStore({ clock });
  const topic = new RecordingChangeTopic();
  const bus = new InMemoryEventBus({ region: REGION, scheduler: clock });
  const log = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const deadLetters = new InMemoryDeadLetters();
  const ports: DistributePorts = {
    region: REGION,
    flags,
    changes: new InMemoryChangeStore({ flags: table, changes }),
    home: { home: async () => ({ region: home ? REGION : 'us-east-1', epoch: 1 }) },
    repair: flags,
    topology: new InMemoryTopologyStore(table),
    verification,
    topic,
    bus,
    deadLetters,
    clock,
    log,
    metrics,
  };
  const tail = tailOf(table);
  const distribute = createDistributeHandler(ports);

  const deliver = async (
    records: readonly DynamoDBRecord[],
    through: (event: ReturnType<typeof eventOf>) => ReturnType<typeof distribute> = distribute,
  ): Promise<string[]> => {
    const { batchItemFailures } = await clock.run(through(eventOf(...records)));
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };

  return {
    clock,
    table,
    flags,
    verification,
    topic,
    bus,
    log,
    metrics,
    deadLetters,
    ports,
    tail,
    deliver,
    /** As home accepts it: with its record. */
    putRevision: (envelope: Envelope, { isRecorded = home } = {}) => {
      if (isRecorded) changes.put(recordItem(recordOf(envelope)));
      table.put(revisionItem(storedOf(envelope)));
    },
    putCurrent: (envelope: Envelope) => table.put(currentItem(storedOf(envelope))),
    /** Hands over all that was written, and what that writes. @returns the sequence numbers that failed */
    settle: async (): Promise<string[]> => {
      const failed: string[] = [];
      for (let records = tail.take(); records.length > 0; records = tail.take()) {
        failed.push(...(await deliver(records)));
      }
      return failed;
    },
    published: (): number[] => topic.publishedTo(REGION).map(({ revision }) => revision),
    eventsOf: (type: EventType) => bus.published.filter((event) => event.type === type),
    row: (envelope: Envelope) => verification.row(changeKeyOf(envelope)),
  };
};
