import type { ProposableKind } from '@flaghoist/core/change';
import { type Envelope, recordOf } from '@flaghoist/core/envelope';
import type { Order } from '@flaghoist/core/order';
import type { Proposal } from '@flaghoist/core/proposal';
import { buildRevert } from '@flaghoist/core/revision';
import { homeWrite, topologyWrite } from '@flaghoist/core/storage/flag-items';
import { changesTable, InMemoryChangeStore } from '@flaghoist/in-memory/change-store';
import { InMemoryFlagStore } from '@flaghoist/in-memory/flag-store';
import { InMemoryHomeStore } from '@flaghoist/in-memory/home-store';
import { RecordingLogger } from '@flaghoist/in-memory/logger';
import { Table } from '@flaghoist/in-memory/table';
import { InMemoryTopologyStore } from '@flaghoist/in-memory/topology-store';
import { VirtualScheduler } from '@flaghoist/in-memory/virtual-scheduler';
import { summaryOf } from '@flaghoist/rules/summary';
import { authorAt } from '@flaghoist/test-kit/author';
import { topologyOf } from '@flaghoist/test-kit/topology';
import type { PromotePorts } from '../../lib/promote.ts';

const OLD = 'us-east-1';
export const YOUNG = 'eu-west-1';
export const FLAG = 'beta';
export const operator = { principal: 'local:operator' };

const topology = { ...topologyOf({ home: OLD, regions: [OLD, YOUNG], services: ['cards'] }), standby: YOUNG };

interface Accepted extends Pick<Partial<Proposal>, 'audience' | 'prerequisites'> {
  readonly flagKey?: string;
  readonly epoch?: number;
}

const regionAt = (name: string, clock: VirtualScheduler) => {
  const tables = {
    flags: new Table({ name: 'flags', region: name, clock }),
    changes: changesTable({ region: name, clock }),
  };
  const log = new RecordingLogger();
  const ports: PromotePorts = {
    directory: { people: [], submitters: [] },
    region: name,
    home: new InMemoryHomeStore(tables.flags),
    flags: new InMemoryFlagStore(tables.flags),
    changes: new InMemoryChangeStore(tables),
    topology: new InMemoryTopologyStore(tables.flags),
    clock,
    log,
  };
  const changes = new InMemoryChangeStore(tables);
  tables.flags.write(topologyWrite(topology, { actor: 'ada', at: 1, follows: 0 }));
  tables.flags.write(homeWrite({ region: OLD, epoch: 1, actor: 'ada', at: 1 }, null));
  const author = (epoch: number) => authorAt({ ...ports, changes, topology: ports.topology, epoch });
  const authors = new Map<number, ReturnType<typeof author>>();
  /** A change as this region accepts it in an epoch. */
  const accept = async (
    kind: ProposableKind,
    { flagKey = FLAG, epoch = 1, ...parts }: Accepted = {},
  ): Promise<Envelope> => {
    const own = authors.get(epoch) ?? author(epoch);
    authors.set(epoch, own);
    const id = `${name}-${epoch}-${kind}-${flagKey}-${tables.changes.partitionKeys(99).pks.length}`;
    const { change, ...proposal } = await own.proposalOf(kind, { flagKey, ...parts });
    const before = await own.current(flagKey);
    return own.accept({ ...proposal, change: { ...change, id } }, { before: before && summaryOf(before) });
  };
  return {
    name,
    tables,
    ports,
    changes,
    log,
    accept,
    prove: async (envelope: Envelope, from: Order | null): Promise<void> => {
      const judged = recordOf(envelope);
      await changes.decide({ action: 'verify', judged, now: clock.now(), knownGood: { from } });
    },
    revert: async (judged: Envelope, target: Envelope): Promise<Envelope> => {
      const revert = buildRevert({
        judged,
        target,
        epoch: judged.epoch,
        rulesVersion: 1,
        topology,
        now: clock.now(),
        reason: 'A test',
      });
      await changes.decide({
        action: 'revert',
        judged: recordOf(judged),
        now: clock.now(),
        revert,
        knownGood: target,
        blame: { region: YOUNG, services: [] },
        revertsPerMinute: 20,
      });
      return revert;
    },
    state: async (envelope: Envelope) => (await changes.record(envelope.flagKey, envelope))?.state,
    outcome: ({ change }: Envelope) => changes.outcome(change.author ?? '', change.id),
  };
};

/** The home and the standby: what the one writes reaches the other only when the test says so, item by item. */
export const twoHomes = () => {
  const clock = new VirtualScheduler();
  const [old, young] = [regionAt(OLD, clock), regionAt(YOUNG, clock)];
  /** The last writer wins. */
  const replicate = (from: typeof old, to: typeof old, wanted: (sk: string) => boolean = () => true): void => {
    for (const entry of from.tables.flags.allEntries()) {
      if (entry.region === from.name && entry.pk.startsWith('FLAG#') && wanted(entry.sk))
        to.tables.flags.applyReplicated(entry);
    }
  };
  return { clock, old, young, replicate };
};
