import type { ChangeKind, ProposableKind } from '@flaghoist/core/change';
import type { Proof } from '@flaghoist/core/decision';
import { type Envelope, parseEnvelope, serialiseEnvelope } from '@flaghoist/core/envelope';
import { UnavailableError } from '@flaghoist/core/errors';
import { eventOf, type FlaghoistEvent } from '@flaghoist/core/events';
import type { Order } from '@flaghoist/core/order';
import type { ChangeTopic } from '@flaghoist/core/ports/change-topic';
import type { EventBus } from '@flaghoist/core/ports/event-bus';
import type { Proposal } from '@flaghoist/core/proposal';
import { buildRevision } from '@flaghoist/core/revision';
import { regionNames, type Topology } from '@flaghoist/core/topology';
import { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import type { ConcludePorts } from '../../lib/conclude-change.ts';
import { createConcludeHandler, createJudgeHandler } from '../../lib/handler.ts';

export const FLAG = 'beta';
const HOME = 'us-east-1';

export const topologyOf = (
  regions: readonly string[],
  { version = 1, draining = [] }: { version?: number; draining?: readonly string[] } = {},
): Topology => ({
  version,
  home: HOME,
  regions: regions.map((name) => ({ name, state: draining.includes(name) ? 'draining' : 'serving' })),
  services: ['accounts', 'payments', 'statements'].map((name) => ({
    name,
    cell: 'cell-1',
    owner: 'team-core',
    state: 'serving',
  })),
});

export const TWELVE_REGIONS = [
  HOME,
  'us-east-2',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-west-1',
  'eu-west-2',
  'eu-central-1',
  'ap-northeast-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-south-1',
];

/** The topics of all regions: what was published, as bytes, and regions that cannot be reached. */
class RegionTopics implements ChangeTopic {
  readonly unreachable = new Set<string>();
  readonly #published: { region: string; body: string }[] = [];

  async publish(region: string, envelope: Envelope): Promise<void> {
    if (this.unreachable.has(region)) throw new UnavailableError(`topic in ${region}`, 'Replication is there.');
    this.#published.push({ region, body: serialiseEnvelope(envelope) });
  }

  get published(): readonly { region: string; envelope: Envelope }[] {
    return this.#published.map(({ region, body }) => ({ region, envelope: parseEnvelope(body) }));
  }

  /** The regions that were sent this revision, sorted, repeats left out. */
  regionsSent(revision: number): readonly string[] {
    const sent = this.published.filter(({ envelope }) => envelope.revision === revision);
    return [...new Set(sent.map(({ region }) => region))].sort();
  }
}

class Bus implements EventBus {
  readonly published: FlaghoistEvent[] = [];

  async publish(events: readonly FlaghoistEvent[]): Promise<void> {
    this.published.push(...events);
  }
}

interface Author {
  readonly flagKey?: string;
  readonly on?: boolean;
  readonly audience?: readonly string[];
  /** What home sealed; a revert carries that of the revision it brings back. */
  readonly evidence?: Record<string, unknown>;
}

export interface Answer {
  readonly services?: readonly string[];
  readonly degraded?: readonly string[];
}

interface Options {
  readonly regions?: readonly string[];
  readonly revertsPerMinute?: number;
  readonly epoch?: number;
}

/** The home region: its stores, its functions, and an author who never asks twice. */
export const createHome = ({
  regions = [HOME, 'eu-west-1', 'ap-south-1'],
  revertsPerMinute,
  epoch = 1,
}: Options = {}) => {
  const clock = new VirtualScheduler();
  const tables = {
    changes: new Table({ name: 'changes', region: HOME, clock }),
    flags: new Table({ name: 'flags', region: HOME, clock }),
  };
  const changes = new InMemoryChangeStore(tables);
  const flags = new InMemoryFlagStore(tables.flags);
  const topology = new InMemoryTopologySource(topologyOf(regions));
  const topic = new RegionTopics();
  const log = new RecordingLogger();
  const bus = new Bus();
  const random = new SeededRandom(1);
  const ports: ConcludePorts = {
    flags,
    changes,
    topology,
    topic,
    clock,
    random,
    log,
    bus,
    region: HOME,
    epoch,
    revertsPerMinute,
  };
  let accepted = 0;

  /** A change as the validator accepts it: built on CURRENT, written in one transaction. */
  const accept = async (
    kind: ProposableKind,
    { flagKey = FLAG, on = true, audience, evidence = { policy: DEFAULT_POLICY } }: Author = {},
  ) => {
    accepted += 1;
    const stored = await flags.current(flagKey);
    const current = stored === undefined ? null : parseEnvelope(stored.body);
    const document = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: on ? 'on' : 'off' };
    const proposal: Proposal = {
      flagKey,
      kind,
      basedOn: current,
      ...(kind === 'killed' || kind === 'archived' ? {} : { document }),
      ...(current === null ? { offVariant: 'off', owner: 'team-core' } : {}),
      ...(audience === undefined ? {} : { audience: [...audience] }),
      change: {
        id: `change-${String(accepted).padStart(4, '0')}`,
        actor: 'ada',
        authentication: 'local',
        reason: 'because',
      },
      proposedAt: clock.now(),
    };
    const record = current && (await changes.record(flagKey, current));
    const envelope = buildRevision(proposal, {
      environment: 'dev',
      epoch,
      rulesVersion: 1,
      topology: await topology.latest(),
      current,
      currentVerified: record?.state === 'verified',
      evidence,
      now: clock.now(),
    });
    const replaces = current && { order: orderOf(current), envelopeDigest: current.envelopeDigest };
    expect(await changes.accept(envelope, replaces)).toBe('written');
    return envelope;
  };

  const judge = createJudgeHandler(ports);
  const conclude = createConcludeHandler(ports);

  return {
    clock,
    tables,
    changes,
    flags,
    topology,
    topic,
    log,
    bus,
    ports,
    accept,
    /** Verdicts as one batch of the queue. @returns the ids of the messages that go back to it */
    deliver: async (...bodies: readonly string[]): Promise<readonly string[]> => {
      const { batchItemFailures } = await clock.run(judge(sqsEvent(bodies)));
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    /** Every region that must prove a change has seen it. */
    prove: async (envelope: Envelope) => {
      const bodies = envelope.regions.map((region) => verdict(envelope, region, 'consistent'));
      await clock.run(judge(sqsEvent(bodies)));
    },
    step: (step: 'ask' | 'conclude', envelope: Envelope) =>
      clock.run(conclude({ step, changeId: envelope.change.id, flagKey: envelope.flagKey, order: orderOf(envelope) })),
    state: async (envelope: Envelope) => (await changes.record(envelope.flagKey, orderOf(envelope)))?.state,
    record: (envelope: Envelope) => changes.record(envelope.flagKey, orderOf(envelope)),
    knownGood: async (flagKey = FLAG) => (await flags.knownGood(flagKey))?.order.revision ?? null,
    current: async (flagKey = FLAG) => {
      const stored = await flags.current(flagKey);
      if (stored === undefined) throw new Error(`${flagKey} has no CURRENT`);
      return parseEnvelope(stored.body);
    },
    kinds: async (flagKey = FLAG): Promise<readonly ChangeKind[]> => {
      const kinds: ChangeKind[] = [];
      for await (const { flagKey: key, body } of flags.revisions())
        if (key === flagKey) kinds.push(parseEnvelope(body).kind);
      return kinds;
    },
    regions: () => regionNames(topologyOf(regions)),
  };
};

export type Home = ReturnType<typeof createHome>;

export const orderOf = ({ epoch, revision }: Order): Order => ({ epoch, revision });

/** A region's verdict as EventBridge puts it into the queue. */
export const verdict = (
  { flagKey, change, epoch, revision }: Envelope,
  region: string,
  said: Proof['verdict'],
  { services = said === 'inconsistent' ? ['payments'] : [], degraded = [] }: Answer = {},
): string => {
  const detail = eventOf({
    type: 'RegionVerdict',
    identity: [change.id, region, said],
    region,
    at: 0,
    detail: {
      flagKey,
      changeId: change.id,
      order: { epoch, revision },
      region,
      verdict: said,
      expected: 3,
      atFault: services.map((service) => ({ service, reason: 'older', evidence: 'none' })),
      degraded: [...degraded],
      evidence: { logAndCache: 3 - services.length, cacheOnly: 0, logOnly: 0 },
      observer: 'scan',
    },
  });
  return JSON.stringify({ version: '0', 'detail-type': 'RegionVerdict', source: 'flaghoist', region, detail });
};
