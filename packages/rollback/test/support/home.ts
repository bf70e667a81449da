import type { ChangeKind, ProposableKind } from '@flaghoist/core/change';
import { type Envelope, parseEnvelope } from '@flaghoist/core/envelope';
import { eventOf } from '@flaghoist/core/events';
import { orderOf } from '@flaghoist/core/order';
import type { HomeSource } from '@flaghoist/core/ports/home-source';
import type { Proof } from '@flaghoist/core/proof';
import { regionNames, type Topology } from '@flaghoist/core/topology';
import type { Look } from '@flaghoist/core/verdict';
import { InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { RecordingChangeTopic } from '@flaghoist/in-memory/change-topic';
import { InMemoryDeadLetters } from '@flaghoist/in-memory/dead-letters';
import { InMemoryEventBus } from '@flaghoist/in-memory/event-bus';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { RecordingMetrics } from '@flaghoist/in-memory/metrics';
import { SeededRandom } from '@flaghoist/in-memory/random';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologySource } from '@flaghoist/in-memory/topology-source';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { DEFAULT_POLICY } from '@flaghoist/rules/policy';
import { authorAt } from '@flaghoist/test-kit/author';
import { sqsEvent } from '@flaghoist/test-kit/sqs-event';
import { topologyOf as smallTopology } from '@flaghoist/test-kit/topology';
import { createConcludeHandler, createJudgeHandler } from '../../lib/handler.ts';
import type { JudgePorts } from '../../lib/ports.ts';

export const FLAG = 'beta';
const HOME = 'us-east-1';

export const topologyOf = (
  regions: readonly string[],
  { version = 1, draining = [] }: { version?: number; draining?: readonly string[] } = {},
): Topology =>
  smallTopology({
    version,
    home: HOME,
    regions: regions.map((name) => (draining.includes(name) ? { name, state: 'draining' } : name)),
    services: ['accounts', 'payments', 'statements'],
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

interface Author {
  readonly flagKey?: string;
  readonly on?: boolean;
  readonly audience?: readonly string[];
  /** Under whose key it is proposed. */
  readonly by?: string;
  /** What home sealed; a revert carries that of the revision it brings back. */
  readonly evidence?: Record<string, unknown>;
}

export interface Answer {
  readonly services?: readonly string[];
  readonly degraded?: readonly string[];
  readonly look?: Look;
  /** Epoch milliseconds. */
  readonly seenAt?: number;
  /** Services whose server refused what was offered, by its code. */
  readonly refusing?: Readonly<Record<string, string>>;
  /** Whom the Redis serves. */
  readonly serves?: readonly string[];
  readonly outageSince?: number | null;
  /** They are two or more, and at least half of their Redis. */
  readonly lyingTogether?: boolean;
}

/** When every home here begins, and when its caches were seen unless a test says otherwise. */
export const START = new VirtualScheduler().now();

/** The Redis of every service. */
export const REDIS = 'shared-1';

interface Options {
  readonly regions?: readonly string[];
  readonly revertsPerMinute?: number;
  readonly epoch?: number;
  /** When this region was made home. Left out: it is the first. */
  readonly movedAt?: number;
}

/** What these functions know of home: this region, in some epoch. */
export const homeOf = (epoch: number, since: { readonly movedAt?: number } = {}): HomeSource => ({
  home: async () => ({ region: HOME, epoch, ...since }),
});

/** The home region: its stores, its functions, and an author who never asks twice. */
export const createHome = ({
  regions = [HOME, 'eu-west-1', 'ap-south-1'],
  revertsPerMinute,
  epoch = 1,
  ...since
}: Options = {}) => {
  const clock = new VirtualScheduler();
  const tables = {
    changes: new Table({ name: 'changes', region: HOME, clock }),
    flags: new Table({ name: 'flags', region: HOME, clock }),
  };
  const changes = new InMemoryChangeStore(tables);
  const flags = new InMemoryFlagStore(tables.flags);
  const topology = new InMemoryTopologySource(topologyOf(regions));
  const topic = new RecordingChangeTopic();
  const log = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const bus = new InMemoryEventBus({ region: HOME, scheduler: clock });
  const random = new SeededRandom(1);
  const deadLetters = new InMemoryDeadLetters();
  const ports: JudgePorts = {
    deadLetters,
    flags,
    changes,
    topology,
    topic,
    clock,
    random,
    log,
    metrics,
    bus,
    region: HOME,
    home: homeOf(epoch, since),
    revertsPerMinute,
  };
  const author = authorAt({ ...ports, epoch });

  const accept = async (
    kind: ProposableKind,
    { flagKey = FLAG, on = true, audience, by, evidence = { policy: DEFAULT_POLICY } }: Author = {},
  ): Promise<Envelope> => {
    const document = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: on ? 'on' : 'off' };
    const proposal = await author.proposalOf(kind, {
      flagKey,
      ...(kind === 'killed' || kind === 'archived' ? {} : { document }),
      ...(audience === undefined ? {} : { audience: [...audience] }),
    });
    return author.accept(proposal, evidence, by);
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
    metrics,
    bus,
    deadLetters,
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
    step: (
      step: 'ask' | 'conclude',
      envelope: Envelope,
      how: { readonly look?: number; readonly last?: boolean } = {},
    ) =>
      clock.run(
        conclude({ step, changeId: envelope.change.id, flagKey: envelope.flagKey, order: orderOf(envelope), ...how }),
      ),
    state: async (envelope: Envelope) => (await changes.record(envelope.flagKey, orderOf(envelope)))?.state,
    record: (envelope: Envelope) => changes.record(envelope.flagKey, orderOf(envelope)),
    knownGood: async (flagKey = FLAG) => (await flags.knownGood(flagKey))?.order.revision ?? null,
    current: async (flagKey = FLAG) => {
      const envelope = await author.current(flagKey);
      if (envelope === null) throw new Error(`${flagKey} has no CURRENT`);
      return envelope;
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

/** A region's verdict as EventBridge puts it into the queue. */
export const verdict = (
  { flagKey, change, epoch, revision }: Pick<Envelope, 'flagKey' | 'change' | 'epoch' | 'revision'>,
  region: string,
  said: Proof['verdict'],
  {
    services = said === 'inconsistent' ? ['payments'] : [],
    degraded = [],
    look = 1,
    seenAt = START,
    refusing = said === 'refusing' ? { payments: 'READONLY' } : {},
    outageSince = 1,
    lyingTogether = false,
    serves,
  }: Answer = {},
): string => {
  const named = Object.entries(refusing);
  const detail = eventOf({
    type: 'RegionVerdict',
    identity: [change.id, region, said],
    region,
    at: seenAt,
    detail: {
      flagKey,
      changeId: change.id,
      order: { epoch, revision },
      region,
      verdict: said,
      expected: 3,
      atFault: [
        ...services.map((service) => ({
          service,
          reason: 'older',
          evidence: 'none',
          redis: REDIS,
          ...(said === 'inconsistent' ? { verdict: said } : {}),
        })),
        ...named.map(([service, error]) => ({
          service,
          reason: 'refused',
          evidence: 'none',
          redis: REDIS,
          verdict: 'refusing' as const,
          error,
        })),
      ],
      degraded: [...degraded],
      evidence: { logAndCache: 3 - services.length - named.length, cacheOnly: 0, logOnly: 0 },
      observer: 'scan',
      look,
      seenAt,
      redises: [
        {
          redis: REDIS,
          expected: 3,
          lyingTogether,
          outageSince,
          ...(serves === undefined ? {} : { serves: [...serves] }),
        },
      ],
    },
  });
  return JSON.stringify({ version: '0', 'detail-type': 'RegionVerdict', source: 'flaghoist', region, detail });
};
